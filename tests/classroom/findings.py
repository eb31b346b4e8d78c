"""What grading found: scores from the gradebook, misconceptions from the checks' outputs, and both as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from course.checking.card import CHECK_MIMETYPE


@dataclass(frozen=True)
class Mark:
    """A graded submission."""

    score: float
    most: float
    to_read: bool
    """Whether an answer in words waits for a person."""

    def __str__(self) -> str:
        return f"{round(self.score, 2):g}/{self.most:g}{'*' if self.to_read else ''}"


def marks(folder: Path) -> dict[tuple[str, str], Mark]:
    """Every graded submission in the folder's gradebook, by student and assignment."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "conv") as gradebook:
        return {
            (submission.student.id, assignment.name): Mark(
                submission.score, submission.max_score, submission.needs_manual_grade
            )
            for assignment in gradebook.assignments
            for submission in assignment.submissions
        }


def misconceptions(notebook: NotebookNode) -> list[str]:
    """The keys of the misconceptions that the checks in a graded notebook recognised, in their order."""
    checks = (
        output.data[CHECK_MIMETYPE]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if CHECK_MIMETYPE in output.get("data", {})
    )
    return [check["misconception"] for check in checks if check["misconception"]]


def met(folder: Path) -> dict[str, list[str]]:
    """The misconceptions of each student, over all graded notebooks of the folder."""
    found: dict[str, list[str]] = {}
    for path in sorted((folder / "autograded").glob("*/*/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        found.setdefault(path.parts[-3], []).extend(misconceptions(notebook))
    return found


def table(students: Sequence[str], marked: Mapping[tuple[str, str], Mark], met: Mapping[str, Sequence[str]]) -> str:
    """One line for each student: the marks, and the misconceptions with how often each was met."""
    assignments = sorted({assignment for _, assignment in marked})
    rows = [
        [
            student,
            *(str(marked.get((student, assignment), "–")) for assignment in assignments),
            _listed(met.get(student, ())),
        ]
        for student in students
    ]
    return _aligned([["student", *assignments, "misconceptions met"], *rows])


def most_met(met: Mapping[str, Sequence[str]]) -> str:
    """The misconceptions that most students have, most first."""
    students = Counter(key for keys in met.values() for key in set(keys))
    times = Counter(key for keys in met.values() for key in keys)
    rows = [[key, f"{count} of {len(met)} students", f"×{times[key]}"] for key, count in students.most_common(8)]
    return _aligned(rows)


def _listed(keys: Sequence[str], most: int = 3) -> str:
    counted = Counter(keys).most_common()
    shown = [key if count == 1 else f"{key} ×{count}" for key, count in counted[:most]]
    return ", ".join(shown) + (f", and {len(counted) - most} more" if len(counted) > most else "")


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
