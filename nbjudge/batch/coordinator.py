"""From the submissions of an assignment to outcomes. The coordinator repairs, hands jobs out, and alone writes anything."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from nbjudge.batch.course_folder import Course, SubmissionFolder
from nbjudge.batch.key import assignment_key, submission_key
from nbjudge.batch.pool import Marker, MarkingError
from nbjudge.batch.results import Results
from nbjudge.batch.submission_result import Done, Outcome, worst
from nbjudge.job import End, InstructorNames, Job, Marked
from nbjudge.judge.instructor_names import Role, SourceCell, find_instructor_names
from nbjudge.record.autograded import SUFFIX, content_of
from nbjudge.record.gradebook import Recorder, UnknownStudentError
from nbjudge.record.notebook import METADATA, autograded, verdict_of
from nbjudge.record.recorded_scores import RecordedScores, Totals
from nbjudge.record.retry import GradebookError
from nbjudge.record.scores import NotebookScores, scores_of
from nbjudge.repair.repair import Repaired, job_of, repair
from nbjudge.repair.submission import TIMESTAMP, Submitted, read_submission
from nbjudge.repair.template import Template, read_templates
from nbjudge.verdict import Verdict

FATAL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""Errors of a disk that the next submission would meet too."""


class BatchError(Exception):
    """The batch cannot go on; the message says what to do. What was marked is kept."""


@dataclass(frozen=True)
class Plan:
    """What a run is to do.

    Attributes:
        regrade: mark what has a good result again.
        preview: write neither folders nor the gradebook; keep the results for a later run.
    """

    regrade: bool = False
    preview: bool = False


@dataclass
class _Work:
    """A submission on its way."""

    submission: SubmissionFolder
    key: str
    repaired: list[Repaired]
    timestamp: datetime | None
    time_text: str
    notes: tuple[str, ...] = ()
    marked: Future[list[Marked]] = field(default_factory=Future)


class Coordinator:
    """Marks an assignment's submissions; to be used by one thread.

    Args:
        course: the course.
        assignment: the assignment's name.
        recorder: its gradebook.
        marker: makes who marks; called when there is something to mark.
        engine: the version of the engine.

    Raises:
        CourseFolderError: when the assignment cannot be read.
    """

    def __init__(
        self, course: Course, assignment: str, recorder: Recorder, marker: Callable[[], Marker], engine: str
    ) -> None:
        self._course, self._recorder, self._make_marker, self._engine = course, recorder, marker, engine
        self._assignment = read_templates(course.root, course.config, assignment)
        self._limits, self._limit_output = course.limits, course.limit_output
        self._instructor_names = {
            template.notebook: instructor_names_of(template) for template in self._assignment.templates
        }
        self._base = assignment_key(engine, self._assignment, self._limits, course.marking_settings)
        self.results = Results(course, assignment)
        self.known: Mapping[str, RecordedScores] = recorder.known()

    def run(self, submissions: Sequence[SubmissionFolder], plan: Plan) -> Iterator[Outcome]:
        """The outcome of each submission, as soon as it is there; each one is written before it is yielded.

        Raises:
            GradebookError: when the gradebook cannot be written.
            BatchError: when the disk is full or may not be written.
        """
        marker: Marker | None = None
        pending: dict[Future[list[Marked]], _Work] = {}
        try:
            for submission in submissions:
                ready = self._guarded(
                    submission,
                    plan,
                    lambda submission=submission: self._begin(submission, plan),  # type: ignore[misc]
                )
                if isinstance(ready, Outcome):
                    yield ready
                    continue
                jobs = self._jobs(ready)
                if jobs:
                    marker = marker or self._make_marker()
                    ready.marked = marker.submit(jobs)
                else:
                    ready.marked.set_result([])
                pending[ready.marked] = ready
                while len(pending) >= (marker.capacity if marker else 1):
                    yield from self._finished(pending, plan)
            while pending:
                yield from self._finished(pending, plan)
        finally:
            if marker is not None:
                marker.close()

    def _finished(self, pending: dict[Future[list[Marked]], _Work], plan: Plan) -> Iterator[Outcome]:
        done, _others = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            work = pending.pop(future)
            yield self._guarded(work.submission, plan, lambda work=work: self._finish(work, plan))  # type: ignore[misc]

    # -- before marking

    def _begin(self, submission: SubmissionFolder, plan: Plan) -> Outcome | _Work:
        """Read and repair a submission, unless there is a good result of it already."""
        if submission.problem:
            return Outcome(submission.student, Verdict.FAILED, Done.NOTHING, notes=(submission.problem,))
        submitted = read_submission(submission.folder, self._course.directory.ignore)
        key = submission_key(self._base, self._assignment, submitted)
        timestamp, notes = _time(submitted)
        if not plan.regrade:
            stored = self._good(self.results.read(submission.student), key)
            if stored is not None:
                return self._keep(submission.student, stored, submitted, timestamp, notes, plan)
        if not (plan.regrade and plan.preview):
            previewed = self._good(self.results.read_preview(submission.student), key)
            if previewed is not None:
                return self._apply(submission.student, previewed, submitted, timestamp, notes, plan)
        repaired = [repair(template, submitted, self._assignment) for template in self._assignment.templates]
        return _Work(submission, key, repaired, timestamp, submitted.timestamp, notes)

    def _jobs(self, work: _Work) -> list[Job]:
        return [
            job_of(template, each, instructor_names=self._instructor_names[template.notebook], limits=self._limits)
            for template, each in zip(self._assignment.templates, work.repaired, strict=True)
            if each.verdict is None
        ]

    def _good(self, stored: dict[str, NotebookNode], key: str) -> dict[str, NotebookNode] | None:
        """The notebooks of a stored result, when they are all there and made from what lies there now."""
        names = [template.notebook for template in self._assignment.templates]
        good = all(name in stored and stored[name].metadata[METADATA]["key"] == key for name in names)
        return {name: stored[name] for name in names} if good else None

    def _keep(
        self,
        student: str,
        stored: dict[str, NotebookNode],
        submitted: Submitted,
        time: datetime | None,
        notes: tuple[str, ...],
        plan: Plan,
    ) -> Outcome:
        """A result that is still good; the gradebook gets it if it has it not."""
        found = {name: scores_of(notebook) for name, notebook in stored.items()}
        known, done, totals = self.known.get(student), Done.UNCHANGED, None
        if known is not None:
            totals = known.totals
        if not plan.preview:
            if known is None or not _holds(known, found):
                done, totals = Done.RECORDED, self._recorder.record(student, found, time)
            elif known.penalties or time not in {None, known.timestamp}:
                missing = [name for name, each in found.items() if each.verdict is Verdict.MISSING]
                if time not in {None, known.timestamp}:
                    self.results.write_time(student, submitted.timestamp)
                totals = self._recorder.refresh(student, time, missing)
        return _outcome(student, found, done, _mends(stored.values()), totals, notes)

    def _apply(
        self,
        student: str,
        previewed: dict[str, NotebookNode],
        submitted: Submitted,
        time: datetime | None,
        notes: tuple[str, ...],
        plan: Plan,
    ) -> Outcome:
        """A result that a preview has left."""
        found = {name: scores_of(notebook) for name, notebook in previewed.items()}
        totals = None
        if not plan.preview:
            self.results.apply_preview(student, submitted.timestamp)
            totals = self._recorder.record(student, found, time)
        return _outcome(student, found, Done.APPLIED, _mends(previewed.values()), totals, notes)

    # -- after marking

    def _finish(self, work: _Work, plan: Plan) -> Outcome:
        """Make the autograded notebooks, write them and record them."""
        student = work.submission.student
        marks = iter(work.marked.result())
        files: dict[str, bytes] = {}
        details: list[str] = []
        found: dict[str, NotebookScores] = {}
        for template, each in zip(self._assignment.templates, work.repaired, strict=True):
            marked = None if each.verdict is not None else next(marks)
            notebook = autograded(each, marked, key=work.key, engine=self._engine, limit=self._limit_output)
            found[template.notebook] = scores_of(notebook, verdict_of(each, marked))
            if marked is not None and marked.end is not End.DONE and marked.detail:
                details.append(f"{template.notebook}: {marked.detail}")
            if each.verdict is Verdict.UNREADABLE:
                details += [mend.message for mend in each.mends if mend.key == "unreadable-file"]
            files |= {name: content for name, content in each.files.items() if not name.endswith(SUFFIX)}
            files[f"{template.notebook}{SUFFIX}"] = content_of(notebook)
        files |= {TIMESTAMP: f"{work.time_text}\n".encode()} if work.time_text else {}
        totals = None
        if plan.preview:
            self.results.write_preview(student, files)
        else:
            self.results.write(student, files)
            totals = self._recorder.record(student, found, work.timestamp)
        mends = [mend.key for each in work.repaired for mend in each.mends]
        return replace(_outcome(student, found, Done.MARKED, mends, totals, work.notes), details=tuple(details))

    def _guarded(
        self, submission: SubmissionFolder, plan: Plan, step: Callable[[], Outcome | _Work]
    ) -> Outcome | _Work:
        """Run a step so that no submission stops the others: what goes wrong is its outcome."""
        try:
            return step()
        except UnknownStudentError as error:
            return Outcome(submission.student, Verdict.FAILED, Done.NOTHING, notes=(str(error),))
        except (GradebookError, BatchError):
            raise
        except OSError as error:
            if error.errno in FATAL:
                place = error.filename or self.results.place(submission.student)
                raise BatchError(
                    f"{error.strerror}: {place}. When that is mended, run the same command. What is marked is kept"
                ) from error
            return self._failed(submission.student, f"{error.strerror or error}: {error.filename}", plan)
        except (MarkingError, CancelledError) as error:
            return self._failed(submission.student, str(error), plan)
        except Exception as error:  # a defect of ours, or the course's plugin: the others go on
            return self._failed(
                submission.student, f"{type(error).__name__}: {' '.join(str(error).split())[:300]}", plan
            )

    def _failed(self, student: str, why: str, plan: Plan) -> Outcome:
        """Not marked: the gradebook keeps the scores that it has, and asks for a look at each of them."""
        totals = None if plan.preview else self._recorder.ask_for_review(student)
        return Outcome(student, Verdict.FAILED, Done.NOTHING, totals=totals, notes=(why,))


def instructor_names_of(template: Template) -> InstructorNames:
    """The names of a notebook that the judge makes itself."""
    cells = []
    for cell in template.cells:
        if cell.cell_type == "code":
            role: Role = "test" if cell.is_test else "answer" if cell.solution else "locked" if cell.locked else "other"
            cells.append(SourceCell(role, cell.solved or cell.source))
    found = find_instructor_names(cells)
    if any(cell.solution and cell.cell_type == "code" and not cell.solved for cell in template.cells):
        # A solution that is not known may bind any name. One that only test cells speak of is theirs all the same.
        spoken_of = "\n".join(cell.source for cell in template.cells if not cell.is_test)
        return InstructorNames(found.imports, stars=found.stars, shared=frozenset(re.findall(r"[^\W\d]\w*", spoken_of)))
    return found


def _time(submitted: Submitted) -> tuple[datetime | None, tuple[str, ...]]:
    """When a submission was handed in, in UTC; and a note when what is noted is no time."""
    if not submitted.timestamp:
        return None, ()
    try:
        return parse_utc(submitted.timestamp), ()
    except (ValueError, OverflowError, TypeError):
        shown = submitted.timestamp[:40]
        return None, (f"{TIMESTAMP} holds no time ({shown!r}), so lateness is not known",)


def _holds(known: RecordedScores, found: Mapping[str, NotebookScores]) -> bool:
    """Whether the gradebook has these automatic scores and comments."""
    return all(
        known.scores.get((name, cell), ()) == points
        for name, each in found.items()
        for cell, points in each.scores.items()
    ) and all(
        known.comments.get((name, cell), ()) == said
        for name, each in found.items()
        for cell, said in each.comments.items()
    )


def _mends(notebooks: object) -> list[str]:
    return [key for notebook in notebooks for key in notebook.metadata[METADATA].get("mends", [])]  # type: ignore[attr-defined]


def _outcome(
    student: str,
    found: Mapping[str, NotebookScores],
    done: Done,
    mends: Sequence[str],
    totals: Totals | None,
    notes: tuple[str, ...],
) -> Outcome:
    return Outcome(
        student,
        worst([each.verdict for each in found.values()]),
        done,
        tuple(dict.fromkeys(mends)),
        totals,
        notes,
        scores={(name, cell): points for name, each in found.items() for cell, points in each.scores.items()},
    )
