"""What nbgrader's gradebook holds of the submissions of an assignment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from nbgrader.api import BaseCell, Comment, Grade, Notebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select
from sqlalchemy.orm import Session

from nbjudge.record.nbgrader_rows import points, seconds_late


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
    said: dict[str, dict[tuple[str, str], str | None]] = {}
    for student, *_others, notebook, cell, comment in session.execute(comments):
        said.setdefault(student, {})[notebook, cell] = comment
    known: dict[str, RecordedScores] = {}
    scores: dict[str, dict[tuple[str, str], float | None]] = {}
    for row in session.execute(grades):
        student, timestamp, extension, penalty, notebook, cell, auto, manual, extra, to_read = row
        mine = scores.setdefault(student, {})
        mine[notebook, cell] = auto
        before = known.get(student) or RecordedScores(
            timestamp, mine, said.get(student, {}), Totals(0.0, max_score, False)
        )
        known[student] = replace(
            before,
            totals=Totals(
                before.totals.score + points(auto, manual, extra),
                max_score,
                before.totals.to_read or bool(to_read),
            ),
            manual=before.manual if manual is None else before.manual | {(notebook, cell)},
            penalties=before.penalties or penalty is not None or seconds_late(timestamp, duedate, extension) > 0,
        )
    return known
