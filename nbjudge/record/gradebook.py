"""nbgrader's gradebook, written one submission at a time: each in a single transaction, with the rows that nbgrader's own
preprocessors write. Work that fails because another program holds the database is tried again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from traitlets.config import Config

from nbjudge.record.nbgrader_rows import (
    RecordedScores,
    Totals,
    add_student,
    add_submission,
    complete,
    fill_comments,
    fill_grades,
    find_submission,
    has_student,
    read_cells,
    read_recorded_scores,
    score_of,
    seconds_late,
)
from nbjudge.record.notebook import NotebookScores
from nbjudge.verdict import Verdict

TRIES = 6
"""How often work is tried while another process holds the database. Each try of SQLite waits five seconds itself."""

_PAUSE = 0.5
_HELD = "Another program holds it: end that one, or wait for it, and run the same command. What is marked is kept"
_REPAIRED = "When that is mended, run the same command. What is marked is kept"
_RETRIED_STATES = {"40001", "40P01"}  # PostgreSQL: could not serialize, deadlock

T = TypeVar("T")


class GradebookError(Exception):
    """The gradebook could not be read or written; the message says what to do. Nothing was written by halves."""


class UnknownStudentError(GradebookError):
    """The gradebook does not have this student, and the course's settings forbid to make one."""


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
                f"there is no gradebook at {self.place}: run `nbgrader generate_assignment {assignment} --force`"
            )
        try:
            self._gradebook = self._patiently(lambda: Gradebook(course.db_url, course.course_id), "opened")
        except SQLAlchemyError as error:
            raise GradebookError(
                f"the gradebook {self.place} could not be opened: {_database_message(error)}"
            ) from error
        # Objects stay as they are after a commit: the next submission needs no query for the assignment's cells.
        self._session = Session(self._gradebook.engine, expire_on_commit=False)
        try:
            row = self._patiently(lambda: self._gradebook.find_assignment(assignment), "read")
            self._id, self._duedate = row.id, row.duedate
            self._cells = read_cells(row)
            self._gradebook.db.remove()
        except MissingEntry:
            self.close()
            raise GradebookError(
                f"the gradebook {self.place} has no assignment {assignment!r}: run `nbgrader generate_assignment {assignment} --force`"
            ) from None
        except GradebookError:
            self.close()
            raise
        except SQLAlchemyError as error:
            self.close()
            raise GradebookError(f"the gradebook {self.place} could not be read: {_database_message(error)}") from error

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
    def max_score(self) -> float:
        """The most points there are."""
        return sum(cells.max_score for cells in self._cells.values())

    def record(
        self, student: str, notebooks: Mapping[str, NotebookScores], timestamp: datetime | None = None
    ) -> Totals:
        """Write a whole submission, or nothing of it.

        As nbgrader does: a manual score stays, and asks for another look; a notebook that was not handed in gives 0; a
        timestamp that is None leaves the one that is there. Other than nbgrader: a cell that the notebook does not have
        loses the automatic score of an earlier submission.

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

    def recorded_scores(self) -> dict[str, RecordedScores]:
        """What the gradebook holds of every submission of the assignment, by student.

        Raises:
            GradebookError: when it cannot be read.
        """
        return self._transaction(
            lambda: read_recorded_scores(self._session, self._id, self._duedate, self.max_score), "read"
        )

    # -- inside a transaction

    def _write(
        self,
        student: str,
        notebooks: Mapping[str, NotebookScores] | None,
        timestamp: datetime | None,
        missing: Collection[str] = (),
    ) -> Totals:
        submission = find_submission(self._session, self._id, student) or self._new_submission(student)
        if timestamp is not None:
            submission.timestamp = timestamp
        rows = complete(submission, self._cells.values())
        for name, cells in self._cells.items():
            row, kept = rows[cells.id], name not in missing
            if notebooks is not None:
                scores = notebooks.get(name, NotebookScores(Verdict.MISSING))
                fill_grades(row, cells, scores)
                fill_comments(row, cells, scores)
                if scores.verdict is Verdict.FAILED:
                    continue
                kept = scores.verdict is not Verdict.MISSING
            row.late_submission_penalty = self._penalty(student, submission, row) if kept else None
        self._session.flush()
        grades = [grade for cells in self._cells.values() for grade in rows[cells.id].grades]
        return Totals(sum(map(score_of, grades)), self.max_score, any(grade.needs_manual_grade for grade in grades))

    def _new_submission(self, student: str) -> SubmittedAssignment:
        if not has_student(self._session, student):
            if not self._creates_students:
                raise UnknownStudentError(
                    f"the gradebook has no student {student!r}: run `nbgrader db student add {student}`, or set "
                    "c.Autograde.create_student = True"
                )
            add_student(self._session, student)
        return add_submission(self._session, self._id, student)

    def _penalty(self, student: str, submission: SubmittedAssignment, row: SubmittedNotebook) -> float | None:
        """nbgrader's AssignLatePenalties: what the course's plugin says, between 0 and the notebook's score."""
        late = seconds_late(submission.timestamp, self._duedate, submission.extension)
        if late <= 0:
            return None
        score = float(sum(score_of(grade) for grade in row.grades))
        penalty = self._penalties.plugin_inst.late_submission_penalty(student, score, late)
        return None if penalty is None else min(max(0.0, float(penalty)), score)

    def _transaction(self, work: Callable[[], T], done: str = "written") -> T:
        """Run `work` and commit; a failure rolls everything back."""

        def whole() -> T:
            try:
                result = work()
                self._session.commit()
            except BaseException:
                self._session.rollback()
                raise
            return result

        return self._patiently(whole, done)

    def _patiently(self, work: Callable[[], T], done: str) -> T:
        return _retry(work, self._wait, self._tries, f"the gradebook {self.place} could not be {done}")


def _exists(database: str | None) -> bool:
    """Whether a SQLite database is there; nbgrader would make an empty one."""
    return not database or database == ":memory:" or database.startswith("file:") or Path(database).exists()


def _retry(work: Callable[[], T], wait: Callable[[float], None], tries: int, failure: str) -> T:
    """Run `work`; it is tried again where another process was the cause of a failure.

    Args:
        work: what leaves nothing behind where it raises.
        wait: called with the seconds between two tries.
        tries: how often it is tried, at least once.
        failure: how the message begins, such as "the gradebook X could not be read".

    Raises:
        GradebookError: when the database fails, however often it was tried.
    """
    for attempt in range(1, tries + 1):
        try:
            return work()
        except DBAPIError as error:
            if attempt < tries and _may_pass(error):
                wait(_PAUSE * attempt)
                continue
            tried, advice = (f" (tried {attempt} times)", _HELD) if _may_pass(error) else ("", _REPAIRED)
            raise GradebookError(f"{failure}{tried}: {_database_message(error)}. {advice}") from error
    raise AssertionError("at least one try is made")


def _database_message(error: SQLAlchemyError) -> str:
    """The database's own words, on one line and without the statement."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def _may_pass(error: DBAPIError) -> bool:
    """Whether another process was the cause, so that another try can succeed."""
    if isinstance(error, IntegrityError):  # it has just made the same student or the same submission
        return True
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _RETRIED_STATES
