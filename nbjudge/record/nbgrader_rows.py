"""The rows of one submission in nbgrader's gradebook: found, or made as nbgrader's `add_submission` makes them."""

from __future__ import annotations

from collections.abc import Iterable

from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only, selectinload

from nbjudge.record.nbgrader_rules import Cells


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
    made = SubmittedAssignment(assignment_id=assignment_id, student_id=student)
    made.notebooks = []
    session.add(made)
    return made


def complete(submission: SubmittedAssignment, notebooks: Iterable[Cells]) -> dict[str, SubmittedNotebook]:
    """Make the rows of notebooks and cells that a submission does not have yet; its notebooks by their id."""
    rows = {each.notebook_id: each for each in submission.notebooks}
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
