"""Rows of nbgrader's gradebook: of one submission, found or made and filled by the rules of nbgrader's own preprocessors; and what
the rows of all submissions hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only, selectinload

from nbjudge.record.notebook import NotebookScores
from nbjudge.verdict import Verdict


@dataclass(frozen=True)
class Cells:
    """The cells of one notebook in the gradebook: their ids by name, and the points there are."""

    id: str
    graded: Mapping[str, str]
    tasks: Mapping[str, str]
    solutions: Mapping[str, str]
    points: Mapping[str, float]
    max_score: float


def read_cells(assignment: Assignment) -> dict[str, Cells]:
    """The cells of each notebook of an assignment, by the notebook's name."""
    cells: dict[str, Cells] = {}
    for notebook in assignment.notebooks:
        graded, tasks = notebook.grade_cells, notebook.task_cells
        cells[notebook.name] = Cells(
            id=notebook.id,
            graded={cell.name: cell.id for cell in graded},
            tasks={cell.name: cell.id for cell in tasks},
            solutions={cell.name: cell.id for cell in notebook.solution_cells},
            points={cell.name: float(cell.max_score) for cell in graded},
            max_score=float(sum(cell.max_score for cell in (*graded, *tasks))),
        )
    return cells


def find_submission(session: Session, assignment_id: str, student: str) -> SubmittedAssignment | None:
    """The student's submission as it stands in the database now, with its notebooks, grades and comments."""
    return session.scalars(
        select(SubmittedAssignment)
        .where(SubmittedAssignment.assignment_id == assignment_id, SubmittedAssignment.student_id == student)
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


def has_student(session: Session, student: str) -> bool:
    """Whether the gradebook knows this student."""
    return session.get(Student, student) is not None


def add_student(session: Session, student: str) -> None:
    """Make the student, at once: nbgrader declares no order between a student's row and those of a submission."""
    session.add(Student(id=student))
    session.flush()


def add_submission(session: Session, assignment_id: str, student: str) -> SubmittedAssignment:
    """Make the submission, which has no notebook yet."""
    submission = SubmittedAssignment(assignment_id=assignment_id, student_id=student)
    submission.notebooks = []
    session.add(submission)
    return submission


def complete(submission: SubmittedAssignment, notebooks: Iterable[Cells]) -> dict[str, SubmittedNotebook]:
    """Make the rows of notebooks and cells that a submission does not have yet; its notebooks by their id."""
    rows = {row.notebook_id: row for row in submission.notebooks}
    for cells in notebooks:
        row = rows.get(cells.id)
        if row is None:
            row = rows[cells.id] = SubmittedNotebook(notebook_id=cells.id, grades=[], comments=[])
            submission.notebooks.append(row)
        graded = {grade.cell_id for grade in row.grades}
        row.grades.extend(
            Grade(cell_id=id) for id in (*cells.graded.values(), *cells.tasks.values()) if id not in graded
        )
        commented = {comment.cell_id for comment in row.comments}
        row.comments.extend(
            Comment(cell_id=id) for id in (*cells.solutions.values(), *cells.tasks.values()) if id not in commented
        )
    return rows


def fill_grades(row: SubmittedNotebook, cells: Cells, notebook: NotebookScores) -> None:
    """nbgrader's SaveAutoGrades, and its rule for notebooks that were not handed in."""
    names = {id: name for name, id in cells.graded.items()}
    for grade in row.grades:
        if notebook.verdict is Verdict.FAILED:
            grade.needs_manual_grade = True
        elif notebook.verdict is Verdict.MISSING:
            grade.auto_score, grade.needs_manual_grade = 0.0, False
        elif grade.cell_id in names:
            grade.auto_score = notebook.scores.get(names[grade.cell_id])
            grade.needs_manual_grade = (
                grade.manual_score is not None or grade.auto_score is None or notebook.verdict is Verdict.UNREADABLE
            )
        elif grade.auto_score is not None:
            # A task has no automatic score; this is the 0 of a submission without the notebook.
            grade.auto_score, grade.needs_manual_grade = None, True
        elif grade.needs_manual_grade is None:
            grade.needs_manual_grade = True


def fill_comments(row: SubmittedNotebook, cells: Cells, notebook: NotebookScores) -> None:
    """Automatic comments; those of a person are not touched."""
    if notebook.verdict is Verdict.FAILED:
        return
    names = {id: name for name, id in (*cells.solutions.items(), *cells.tasks.items())}
    for comment in row.comments:
        comment.auto_comment = notebook.comments.get(names.get(comment.cell_id, ""))


def seconds_late(timestamp: datetime | None, duedate: datetime | None, extension: timedelta | None) -> float:
    """nbgrader's `total_seconds_late`; without a due date nothing is late, whatever the extension."""
    if timestamp is None or duedate is None:
        return 0.0
    due = duedate + extension if extension is not None else duedate
    return max(0.0, float((timestamp - due).total_seconds()))


def score_of(grade: Grade) -> float:
    """The points of a grade."""
    return points(grade.auto_score, grade.manual_score, grade.extra_credit)


def points(auto: float | None, manual: float | None, extra: float | None) -> float:
    """nbgrader's `Grade.score`: the manual score before the automatic one, with extra credit if there is either."""
    base = manual if manual is not None else auto
    return 0.0 if base is None else base + (extra or 0.0)


@dataclass(frozen=True)
class Totals:
    """What the gradebook now says of a submission: points, the most there are, and whether a person must look at it."""

    score: float
    max_score: float
    to_read: bool


@dataclass(frozen=True)
class RecordedScores:
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


def read_recorded_scores(
    session: Session, assignment_id: str, duedate: datetime | None, max_score: float
) -> dict[str, RecordedScores]:
    """What there is of each submission, by student: two queries and no objects, whatever the number of students."""
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
        .where(SubmittedAssignment.assignment_id == assignment_id)
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
    students_comments: dict[str, dict[tuple[str, str], str | None]] = {}
    for student, *_others, notebook, cell, comment in session.execute(comments):
        students_comments.setdefault(student, {})[notebook, cell] = comment
    recorded: dict[str, RecordedScores] = {}
    students_scores: dict[str, dict[tuple[str, str], float | None]] = {}
    for row in session.execute(grades):
        student, timestamp, extension, penalty, notebook, cell, auto, manual, extra, to_read = row
        scores = students_scores.setdefault(student, {})
        scores[notebook, cell] = auto
        before = recorded.get(student) or RecordedScores(
            timestamp, scores, students_comments.get(student, {}), Totals(0.0, max_score, False)
        )
        recorded[student] = replace(
            before,
            totals=Totals(
                before.totals.score + points(auto, manual, extra),
                max_score,
                before.totals.to_read or bool(to_read),
            ),
            manual=before.manual if manual is None else before.manual | {(notebook, cell)},
            penalties=before.penalties or penalty is not None or seconds_late(timestamp, duedate, extension) > 0,
        )
    return recorded
