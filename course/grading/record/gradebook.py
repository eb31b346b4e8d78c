"""nbgrader's gradebook, written one submission at a time: each in a single transaction, with the rows that nbgrader's own
preprocessors write.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, load_only, selectinload
from traitlets.config import Config

from course.grading.record.rules import fill_comments, fill_grades, points, read_cells, score_of, seconds_late
from course.grading.record.scores import NotebookScores
from course.grading.verdict import Verdict

TRIES = 6
"""How often a transaction is tried while another process holds the database. Each try of SQLite waits five seconds itself."""

_PAUSE = 0.5
_HELD = "Another program holds it: end that one, or wait for it, and run the same command. What is marked is kept"
_MENDED = "When that is mended, run the same command. What is marked is kept"
_RETRIED_STATES = {"40001", "40P01"}  # PostgreSQL: could not serialize, deadlock

T = TypeVar("T")


class GradebookError(Exception):
    """The gradebook could not be read or written; the message says what to do. Nothing was written by halves."""


class UnknownStudentError(GradebookError):
    """The gradebook does not have this student, and the course's settings forbid to make one."""


@dataclass(frozen=True)
class Totals:
    """What the gradebook now says of a submission: points, the most there are, and whether a person must look at it."""

    score: float
    max_score: float
    to_read: bool


@dataclass(frozen=True)
class Known:
    """What the gradebook holds of one student's submission.

    Attributes:
        timestamp: when it was handed in, in UTC, or None.
        scores: automatic score by notebook and cell; None where there is none.
        comments: automatic comment by notebook and cell.
        totals: see Totals.
        manual: the cells that have a manual score, which counts in the place of the automatic one.
        penalties: whether it is late, the student's extension included, or has a penalty; so that it must be looked at again.
    """

    timestamp: datetime | None
    scores: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    comments: Mapping[tuple[str, str], str | None] = field(default_factory=dict)
    totals: Totals = Totals(0.0, 0.0, False)
    manual: frozenset[tuple[str, str]] = frozenset()
    penalties: bool = False


class Recorder:
    """The gradebook of one course, open for one assignment. A context manager; to be used by one thread.

    Args:
        course: nbgrader's course directory; it has the database's address and the course's id.
        config: the course's settings, for the plugin of late penalties and `Autograde.create_student`.
        assignment: the assignment's name.
        wait: called with seconds between two tries.
        tries: how often a transaction is tried; None is TRIES.

    Raises:
        GradebookError: when there is no gradebook, or the assignment is not in it.
    """

    def __init__(
        self,
        course: CourseDirectory,
        config: Config,
        assignment: str,
        *,
        wait: Callable[[float], None] = time.sleep,
        tries: int | None = None,
    ) -> None:
        self._wait, self._tries = wait, tries or TRIES
        self._creates_students = bool(config.Autograde.get("create_student", True))
        self._penalties = AssignLatePenalties(config=config)
        self._penalties.init_plugin()
        url = make_url(course.db_url)
        self.place = url.render_as_string(hide_password=True)
        self.assignment = assignment
        if url.get_backend_name() == "sqlite" and not _exists(url.database):
            raise GradebookError(
                f"there is no gradebook at {self.place}: run `nbgrader generate_assignment {assignment}`"
            )
        try:
            self._gradebook = self._patiently(lambda: Gradebook(course.db_url, course.course_id), "opened")
        except SQLAlchemyError as error:
            raise GradebookError(f"the gradebook {self.place} could not be opened: {_said(error)}") from error
        # Objects stay as they are after a commit: the next submission needs no query for the assignment's cells.
        self._session = Session(self._gradebook.engine, expire_on_commit=False)
        try:
            found = self._patiently(lambda: self._gradebook.find_assignment(assignment), "read")
            self._id, self._duedate = found.id, found.duedate
            self._cells = read_cells(found)
            self._gradebook.db.remove()
        except MissingEntry:
            self.close()
            raise GradebookError(
                f"the gradebook {self.place} has no assignment {assignment!r}: run `nbgrader generate_assignment {assignment}`"
            ) from None
        except GradebookError:
            self.close()
            raise
        except SQLAlchemyError as error:
            self.close()
            raise GradebookError(f"the gradebook {self.place} could not be read: {_said(error)}") from error

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back; what was not committed is rolled back."""
        self._session.close()
        self._gradebook.close()

    @property
    def notebooks(self) -> Mapping[str, Mapping[str, float]]:
        """The points of each graded cell of each notebook that the gradebook has; tasks are not among them."""
        return {name: cells.points for name, cells in self._cells.items()}

    @property
    def max_score(self) -> float:
        """The most points there are."""
        return sum(cells.max_score for cells in self._cells.values())

    def record(
        self, student: str, notebooks: Mapping[str, NotebookScores], timestamp: datetime | None = None
    ) -> Totals:
        """Write a whole submission, or nothing of it.

        As nbgrader does: a manual score stays, and asks for another look; a notebook that was not handed in gives 0; a
        timestamp that is None leaves the one that is there. Other than nbgrader: a cell that the notebook does not have
        loses the automatic score of an earlier hand-in.

        Args:
            student: the student's id; made where the gradebook has none, unless the course's settings say otherwise.
            notebooks: by notebook id; a notebook of the assignment that is not named counts as not handed in.
            timestamp: when it was handed in, in UTC.

        Raises:
            GradebookError: when it could not be written, however often it was tried.
        """
        return self._transaction(lambda: self._write(student, notebooks, timestamp))

    def ask_for_review(self, student: str) -> Totals:
        """Mark every grade of a submission as one that a person must look at; scores stay as they are.

        Raises:
            GradebookError: see record.
        """
        failed = {name: NotebookScores(Verdict.FAILED) for name in self._cells}
        return self._transaction(lambda: self._write(student, failed, None))

    def refresh(self, student: str, timestamp: datetime | None = None, missing: Collection[str] = ()) -> Totals:
        """Set the time of handing in, and work the late penalties out again; scores and comments stay as they are.

        Args:
            student: the student's id.
            timestamp: when it was handed in, in UTC; None leaves the one that is there.
            missing: notebooks that were not handed in.

        Raises:
            GradebookError: see record.
        """
        return self._transaction(lambda: self._write(student, None, timestamp, missing))

    def known(self) -> dict[str, Known]:
        """What the gradebook holds of every submission of the assignment, by student.

        Raises:
            GradebookError: when it cannot be read.
        """
        return self._transaction(self._read_known)

    # -- inside a transaction

    def _write(
        self,
        student: str,
        notebooks: Mapping[str, NotebookScores] | None,
        timestamp: datetime | None,
        missing: Collection[str] = (),
    ) -> Totals:
        submission = self._submission(student)
        if timestamp is not None:
            submission.timestamp = timestamp
        rows = {each.notebook_id: each for each in submission.notebooks}
        for name, cells in self._cells.items():
            row, kept = rows[cells.id], name not in missing
            if notebooks is not None:
                found = notebooks.get(name, NotebookScores(Verdict.MISSING))
                fill_grades(row, cells, found)
                fill_comments(row, cells, found)
                if found.verdict is Verdict.FAILED:
                    continue
                kept = found.verdict is not Verdict.MISSING
            row.late_submission_penalty = self._penalty(student, submission, row) if kept else None
        self._session.flush()
        grades = [grade for cells in self._cells.values() for grade in rows[cells.id].grades]
        return Totals(sum(map(score_of, grades)), self.max_score, any(grade.needs_manual_grade for grade in grades))

    def _submission(self, student: str) -> SubmittedAssignment:
        """The student's rows, complete: what is missing is made as nbgrader's `add_submission` makes it."""
        session = self._session
        found = session.scalars(
            select(SubmittedAssignment)
            .where(SubmittedAssignment.assignment_id == self._id, SubmittedAssignment.student_id == student)
            .options(
                load_only(
                    SubmittedAssignment.assignment_id,
                    SubmittedAssignment.student_id,
                    SubmittedAssignment.timestamp,
                    SubmittedAssignment.extension,
                ),
                selectinload(SubmittedAssignment.notebooks)
                .load_only(SubmittedNotebook.notebook_id, SubmittedNotebook.late_submission_penalty)
                .options(
                    selectinload(SubmittedNotebook.grades).load_only(
                        Grade.cell_id,
                        Grade.auto_score,
                        Grade.manual_score,
                        Grade.extra_credit,
                        Grade.needs_manual_grade,
                    ),
                    selectinload(SubmittedNotebook.comments).load_only(Comment.cell_id, Comment.auto_comment),
                ),
            )
            .execution_options(populate_existing=True)
        ).one_or_none()
        if found is None:
            if session.get(Student, student) is None:
                if not self._creates_students:
                    raise UnknownStudentError(
                        f"the gradebook has no student {student!r}: run `nbgrader db student add {student}`, or set "
                        "c.Autograde.create_student = True"
                    )
                session.add(Student(id=student))
                session.flush()
            found = SubmittedAssignment(assignment_id=self._id, student_id=student)
            found.notebooks = []
            session.add(found)
        there = {each.notebook_id: each for each in found.notebooks}
        for cells in self._cells.values():
            row = there.get(cells.id)
            if row is None:
                row = SubmittedNotebook(notebook_id=cells.id, grades=[], comments=[])
                found.notebooks.append(row)
            graded = {grade.cell_id for grade in row.grades}
            row.grades.extend(
                Grade(cell_id=id) for id in (*cells.graded.values(), *cells.tasks.values()) if id not in graded
            )
            commented = {comment.cell_id for comment in row.comments}
            row.comments.extend(
                Comment(cell_id=id) for id in (*cells.solutions.values(), *cells.tasks.values()) if id not in commented
            )
        return found

    def _penalty(self, student: str, submission: SubmittedAssignment, row: SubmittedNotebook) -> float | None:
        """nbgrader's AssignLatePenalties: what the course's plugin says, between 0 and the notebook's score."""
        late = seconds_late(submission.timestamp, self._duedate, submission.extension)
        if late <= 0:
            return None
        score = float(sum(score_of(grade) for grade in row.grades))
        penalty = self._penalties.plugin_inst.late_submission_penalty(student, score, late)
        return None if penalty is None else min(max(0.0, float(penalty)), score)

    def _read_known(self) -> dict[str, Known]:
        """Two queries and no objects, whatever the number of students."""
        joined = (
            select(
                SubmittedAssignment.student_id,
                SubmittedAssignment.timestamp,
                SubmittedAssignment.extension,
                SubmittedNotebook.late_submission_penalty,
                Notebook.name,
                BaseCell.name,
            )
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
            .where(SubmittedAssignment.assignment_id == self._id)
        )
        grades = (
            joined.add_columns(Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == Grade.cell_id)
        )
        comments = (
            joined.add_columns(Comment.auto_comment)
            .join(Comment, Comment.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == Comment.cell_id)
        )
        said: dict[str, dict[tuple[str, str], str | None]] = {}
        for student, *_others, notebook, cell, comment in self._session.execute(comments):
            said.setdefault(student, {})[notebook, cell] = comment
        known: dict[str, Known] = {}
        scores: dict[str, dict[tuple[str, str], float | None]] = {}
        for row in self._session.execute(grades):
            student, timestamp, extension, penalty, notebook, cell, auto, manual, extra, to_read = row
            mine = scores.setdefault(student, {})
            mine[notebook, cell] = auto
            before = known.get(student) or Known(
                timestamp, mine, said.get(student, {}), Totals(0.0, self.max_score, False)
            )
            known[student] = replace(
                before,
                totals=Totals(
                    before.totals.score + points(auto, manual, extra),
                    self.max_score,
                    before.totals.to_read or bool(to_read),
                ),
                manual=before.manual if manual is None else before.manual | {(notebook, cell)},
                penalties=before.penalties
                or penalty is not None
                or seconds_late(timestamp, self._duedate, extension) > 0,
            )
        return known

    def _transaction(self, work: Callable[[], T]) -> T:
        """Run `work` and commit; a failure rolls everything back."""

        def whole() -> T:
            try:
                result = work()
                self._session.commit()
            except BaseException:
                self._session.rollback()
                raise
            return result

        return self._patiently(whole, "written")

    def _patiently(self, work: Callable[[], T], done: str) -> T:
        """Run `work`; it is tried again where another process was the cause of a failure.

        Raises:
            GradebookError: when the database fails, however often it was tried; it says that nothing was `done`.
        """
        for attempt in range(1, self._tries + 1):
            try:
                return work()
            except DBAPIError as error:
                if attempt < self._tries and _may_pass(error):
                    self._wait(_PAUSE * attempt)
                    continue
                tried, advice = (f" (tried {attempt} times)", _HELD) if _may_pass(error) else ("", _MENDED)
                raise GradebookError(
                    f"the gradebook {self.place} could not be {done}{tried}: {_said(error)}. {advice}"
                ) from error
        raise AssertionError("at least one try is made")


def _may_pass(error: DBAPIError) -> bool:
    """Whether another process was the cause, so that another try can succeed."""
    if isinstance(error, IntegrityError):  # it has just made the same student or the same submission
        return True
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _RETRIED_STATES


def _said(error: SQLAlchemyError) -> str:
    """The database's own words, on one line and without the statement."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def _exists(database: str | None) -> bool:
    """Whether a SQLite database is there; nbgrader would make an empty one."""
    return not database or database == ":memory:" or database.startswith("file:") or Path(database).exists()
