"""What an autograded notebook is worth, as nbgrader reads it: the values that go into the gradebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from nbjudge.record.notebook import METADATA
from nbjudge.verdict import Verdict

NO_RESPONSE = "No response."
"""nbgrader's own comment on an answer that is still the released text."""


@dataclass(frozen=True)
class NotebookScores:
    """The values of one notebook.

    Attributes:
        verdict: how its marking ended.
        scores: points of each graded cell by its id; None where a person must read it. Task cells are not among them.
        comments: nbgrader's automatic comment, or None, of each solution and task cell.
    """

    verdict: Verdict
    scores: Mapping[str, float | None] = field(default_factory=dict)
    comments: Mapping[str, str | None] = field(default_factory=dict)


def scores_of(notebook: NotebookNode, verdict: Verdict | None = None) -> NotebookScores:
    """Read an autograded notebook as nbgrader's SaveAutoGrades does.

    Args:
        notebook: what `nbjudge.record.notebook.autograded` made.
        verdict: how it ended; None reads it in the notebook's metadata.

    Raises:
        ValueError: when the metadata hold no verdict.
    """
    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = {}
    for cell in notebook.cells:
        if is_grade(cell):
            points, _most = determine_grade(cell)
            scores[cell.metadata.nbgrader["grade_id"]] = None if points is None else float(points)
        if is_solution(cell) or is_task(cell):
            meta = cell.metadata.nbgrader
            same = meta.get("checksum") == compute_checksum(cell) and not is_task(cell)
            comments[meta["grade_id"]] = NO_RESPONSE if same else None
    if verdict is None:
        verdict = Verdict(notebook.metadata.get(METADATA, {}).get("verdict"))
    if verdict in {Verdict.MISSING, Verdict.UNREADABLE}:
        return NotebookScores(verdict, dict.fromkeys(scores, 0.0), dict.fromkeys(comments))
    return NotebookScores(verdict, scores, comments)
