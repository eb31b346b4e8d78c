"""nbgrader's rules for the rows of one submission: grades, comments, how late it is. No query is made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nbgrader.api import Assignment, Grade, SubmittedNotebook

from nbjudge.record.scores import NotebookScores
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


def fill_grades(row: SubmittedNotebook, cells: Cells, found: NotebookScores) -> None:
    """nbgrader's SaveAutoGrades, and its rule for notebooks that were not handed in."""
    names = {id: name for name, id in cells.graded.items()}
    for grade in row.grades:
        if found.verdict is Verdict.FAILED:
            grade.needs_manual_grade = True
        elif found.verdict is Verdict.MISSING:
            grade.auto_score, grade.needs_manual_grade = 0.0, False
        elif grade.cell_id in names:
            grade.auto_score = found.scores.get(names[grade.cell_id])
            grade.needs_manual_grade = (
                grade.manual_score is not None or grade.auto_score is None or found.verdict is Verdict.UNREADABLE
            )
        elif grade.auto_score is not None:
            # A task has no automatic score; this is the 0 of a hand-in without the notebook.
            grade.auto_score, grade.needs_manual_grade = None, True
        elif grade.needs_manual_grade is None:
            grade.needs_manual_grade = True


def fill_comments(row: SubmittedNotebook, cells: Cells, found: NotebookScores) -> None:
    """Automatic comments; those of a person are not touched."""
    if found.verdict is Verdict.FAILED:
        return
    names = {id: name for name, id in (*cells.solutions.items(), *cells.tasks.items())}
    for comment in row.comments:
        comment.auto_comment = found.comments.get(names.get(comment.cell_id, ""))


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
