"""The coordinator of a batch: repairs submissions, hands jobs out, and alone writes autograded folders and the gradebook."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from nbjudge.batch.course_folder import Course, SubmissionFolder
from nbjudge.batch.key import submission_key
from nbjudge.batch.pool import Marker, MarkingError
from nbjudge.batch.source import Source, marking_with
from nbjudge.batch.submission_result import Done, SubmissionResult, worst
from nbjudge.job import End, Job, Marked
from nbjudge.record.autograded import SUFFIX, content_of
from nbjudge.record.gradebook import GradebookError, Recorder, UnknownStudentError
from nbjudge.record.nbgrader_rows import RecordedScores, Totals
from nbjudge.record.notebook import METADATA, NotebookScores, autograded, scores_of, verdict_of
from nbjudge.repair.repair import Repaired, repair
from nbjudge.repair.submission import TIMESTAMP, Submitted, read_submission
from nbjudge.verdict import Verdict

T = TypeVar("T")

FATAL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""Errors of a disk that the next submission would meet too."""


class BatchError(Exception):
    """The batch cannot go on; the message says what to do. What was marked is kept."""


@dataclass(frozen=True)
class _HandedIn:
    """A submission as it was read."""

    student: str
    submitted: Submitted
    key: str
    timestamp: datetime | None
    notes: tuple[str, ...]


@dataclass
class _Work:
    """A submission on its way through the judge."""

    handed_in: _HandedIn
    repaired: list[Repaired]
    marked: Future[list[Marked]] = field(default_factory=Future)


class Coordinator:
    """Marks an assignment's submissions; to be used by one thread.

    Args:
        course: the course.
        source: the assignment's source.
        recorder: its gradebook.
        marker: makes who marks; called when there is something to mark.
        regrade: mark what has a good result again.
        preview: write neither folders nor the gradebook; keep the results for a later run.
    """

    def __init__(
        self,
        course: Course,
        source: Source,
        recorder: Recorder,
        marker: Callable[[], Marker],
        *,
        regrade: bool = False,
        preview: bool = False,
    ) -> None:
        self._course, self._recorder, self._make_marker = course, recorder, marker
        self._regrade, self._preview = regrade, preview
        self._source, self._assignment = source, source.assignment
        self._limit_output = course.limit_output
        self.results = source.results
        self.recorded: Mapping[str, RecordedScores] = recorder.recorded_scores()

    def run(self, submissions: Sequence[SubmissionFolder]) -> Iterator[SubmissionResult]:
        """The result of each submission, as soon as it is there; each one is written before it is yielded.

        Raises:
            SourceError: when the source's own solution does not pass: nobody is marked then.
            GradebookError: when the gradebook cannot be written.
            BatchError: when the disk is full or may not be written.
        """
        marker: Marker | None = None
        pending: dict[Future[list[Marked]], _Work] = {}
        try:
            if not self._source.take_over():
                marker = self._make_marker()
                self._source.try_out(marking_with(marker))
            self._source.require_sound()
            for submission in submissions:
                begun = self._guarded(partial(self._begin, submission), submission.student)
                if isinstance(begun, SubmissionResult):
                    yield begun
                    continue
                jobs = self._jobs(begun)
                if jobs:
                    marker = marker or self._make_marker()
                    begun.marked = marker.submit(jobs)
                else:
                    begun.marked.set_result([])
                pending[begun.marked] = begun
                while len(pending) >= (marker.capacity if marker else 1):
                    yield from self._finished(pending)
            while pending:
                yield from self._finished(pending)
        finally:
            if marker is not None:
                marker.close()

    def _finished(self, pending: dict[Future[list[Marked]], _Work]) -> Iterator[SubmissionResult]:
        done, _others = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            work = pending.pop(future)
            yield self._guarded(partial(self._finish, work), work.handed_in.student)

    # -- before marking

    def _begin(self, submission: SubmissionFolder) -> SubmissionResult | _Work:
        """Read and repair a submission, unless there is a good result of it already."""
        if submission.problem:
            return SubmissionResult(submission.student, Verdict.FAILED, Done.NOTHING, notes=(submission.problem,))
        handed_in = self._read(submission)
        if not self._regrade:
            stored = self._good(self.results.read(handed_in.student), handed_in.key)
            if stored is not None:
                return self._keep(handed_in, stored)
        if not (self._regrade and self._preview):
            previewed = self._good(self.results.read_preview(handed_in.student), handed_in.key)
            if previewed is not None:
                return self._apply(handed_in, previewed)
        templates = self._assignment.templates
        return _Work(handed_in, [repair(template, handed_in.submitted, self._assignment) for template in templates])

    def _read(self, submission: SubmissionFolder) -> _HandedIn:
        submitted = read_submission(submission.folder, self._course.directory.ignore)
        key = submission_key(self._source.key, self._assignment, submitted)
        return _HandedIn(submission.student, submitted, key, *_time(submitted))

    def _jobs(self, work: _Work) -> list[Job]:
        return [
            self._source.job(template, each)
            for template, each in zip(self._assignment.templates, work.repaired, strict=True)
            if each.verdict is None
        ]

    def _good(self, stored: dict[str, NotebookNode], key: str) -> dict[str, NotebookNode] | None:
        """The notebooks of a stored result, when they are all there and made from what lies there now."""
        names = [template.notebook for template in self._assignment.templates]
        good = all(name in stored and stored[name].metadata[METADATA]["key"] == key for name in names)
        return {name: stored[name] for name in names} if good else None

    def _keep(self, handed_in: _HandedIn, stored: dict[str, NotebookNode]) -> SubmissionResult:
        """A result that is still good; the gradebook gets it if it has it not."""
        student, time = handed_in.student, handed_in.timestamp
        scores = {name: scores_of(notebook) for name, notebook in stored.items()}
        recorded, done = self.recorded.get(student), Done.UNCHANGED
        totals = recorded.totals if recorded is not None else None
        if not self._preview:
            if recorded is None or not _holds(recorded, scores):
                done, totals = Done.RECORDED, self._recorder.record(student, scores, time)
            elif recorded.penalties or time not in {None, recorded.timestamp}:
                missing = [name for name, of_notebook in scores.items() if of_notebook.verdict is Verdict.MISSING]
                if time not in {None, recorded.timestamp}:
                    self.results.write_time(student, handed_in.submitted.timestamp)
                totals = self._recorder.refresh(student, time, missing)
        return _result(handed_in, scores, done, _stored_fixes(stored), totals)

    def _apply(self, handed_in: _HandedIn, previewed: dict[str, NotebookNode]) -> SubmissionResult:
        """A result that a preview has left."""
        scores = {name: scores_of(notebook) for name, notebook in previewed.items()}
        totals = None
        if not self._preview:
            self.results.apply_preview(handed_in.student, handed_in.submitted.timestamp)
            totals = self._recorder.record(handed_in.student, scores, handed_in.timestamp)
        return _result(handed_in, scores, Done.APPLIED, _stored_fixes(previewed), totals)

    # -- after marking

    def _finish(self, work: _Work) -> SubmissionResult:
        """Make the autograded notebooks, write them and record them."""
        handed_in = work.handed_in
        all_marked = iter(work.marked.result())
        files: dict[str, bytes] = {}
        details: list[str] = []
        scores: dict[str, NotebookScores] = {}
        for template, repaired in zip(self._assignment.templates, work.repaired, strict=True):
            name = template.notebook
            marked = None if repaired.verdict is not None else next(all_marked)
            notebook = autograded(
                repaired,
                marked,
                key=handed_in.key,
                limit=self._limit_output,
                in_process=() if marked is None else self._source.in_process(name),
            )
            scores[name] = scores_of(notebook, verdict_of(repaired, marked))
            if marked is not None and marked.end is not End.DONE and marked.detail:
                details.append(f"{name}: {marked.detail}")
            if repaired.verdict is Verdict.UNREADABLE:
                details += [fix.message for fix in repaired.fixes if fix.key == "unreadable-file"]
            files |= {path: content for path, content in repaired.files.items() if not path.endswith(SUFFIX)}
            files[f"{name}{SUFFIX}"] = content_of(notebook)
        if handed_in.submitted.timestamp:
            files[TIMESTAMP] = f"{handed_in.submitted.timestamp}\n".encode()
        totals = None
        if self._preview:
            self.results.write_preview(handed_in.student, files)
        else:
            self.results.write(handed_in.student, files)
            totals = self._recorder.record(handed_in.student, scores, handed_in.timestamp)
        fixes = [fix.key for repaired in work.repaired for fix in repaired.fixes]
        return replace(_result(handed_in, scores, Done.MARKED, fixes, totals), details=tuple(details))

    def _guarded(self, step: Callable[[], T], student: str) -> T | SubmissionResult:
        """Run a step so that no submission stops the others: what goes wrong is its result."""
        try:
            return step()
        except UnknownStudentError as error:
            return SubmissionResult(student, Verdict.FAILED, Done.NOTHING, notes=(str(error),))
        except (GradebookError, BatchError):
            raise
        except OSError as error:
            if error.errno in FATAL:
                place = error.filename or self.results.place(student)
                raise BatchError(
                    f"{error.strerror}: {place}. When that is mended, run the same command. What is marked is kept"
                ) from error
            return self._failed(student, f"{error.strerror or error}: {error.filename}")
        except (MarkingError, CancelledError) as error:
            return self._failed(student, str(error))
        except Exception as error:  # a defect of ours, or the course's plugin: the others go on
            return self._failed(student, f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")

    def _failed(self, student: str, why: str) -> SubmissionResult:
        """Not marked: the gradebook keeps the scores that it has, and asks for a look at each of them."""
        totals = None if self._preview else self._recorder.ask_for_review(student)
        return SubmissionResult(student, Verdict.FAILED, Done.NOTHING, totals=totals, notes=(why,))


def _time(submitted: Submitted) -> tuple[datetime | None, tuple[str, ...]]:
    """When a submission was handed in, in UTC; and a note when what is noted is no time."""
    if not submitted.timestamp:
        return None, ()
    try:
        return parse_utc(submitted.timestamp), ()
    except (ValueError, OverflowError, TypeError):
        shown = submitted.timestamp[:40]
        return None, (f"{TIMESTAMP} holds no time ({shown!r}), so lateness is not known",)


def _holds(recorded: RecordedScores, scores: Mapping[str, NotebookScores]) -> bool:
    """Whether the gradebook has these automatic scores and comments."""
    return all(
        recorded.scores.get((name, cell), ()) == points
        for name, of_notebook in scores.items()
        for cell, points in of_notebook.scores.items()
    ) and all(
        recorded.comments.get((name, cell), ()) == comment
        for name, of_notebook in scores.items()
        for cell, comment in of_notebook.comments.items()
    )


def _stored_fixes(notebooks: Mapping[str, NotebookNode]) -> list[str]:
    """The keys of the fixes that autograded notebooks have in their metadata."""
    return [key for notebook in notebooks.values() for key in notebook.metadata[METADATA].get("mends", [])]


def _result(
    handed_in: _HandedIn,
    scores: Mapping[str, NotebookScores],
    done: Done,
    fixes: Sequence[str],
    totals: Totals | None,
) -> SubmissionResult:
    return SubmissionResult(
        handed_in.student,
        worst([of_notebook.verdict for of_notebook in scores.values()]),
        done,
        tuple(dict.fromkeys(fixes)),
        totals,
        handed_in.notes,
        scores={
            (name, cell): points for name, of_notebook in scores.items() for cell, points in of_notebook.scores.items()
        },
    )
