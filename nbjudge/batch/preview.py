"""What a run would change in the gradebook, as a table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nbjudge.batch.submission_result import SubmissionResult
from nbjudge.record.recorded_scores import RecordedScores
from nbjudge.verdict import Verdict


@dataclass(frozen=True)
class Change:
    """One thing that would be different afterwards.

    Attributes:
        student: the student's id.
        what: a cell as notebook/cell, "verdict" or "total".
        before: what there is now.
        after: what there would be.
        note: what to know about it.
    """

    student: str
    what: str
    before: str
    after: str
    note: str = ""


def changes(result: SubmissionResult, recorded: RecordedScores | None, verdict: Verdict | None) -> list[Change]:
    """What recording a result would change.

    Args:
        result: of a preview.
        recorded: what the gradebook holds of the student's submission.
        verdict: how the submission ended last time, when that is known.
    """
    student, would_change = result.student, []
    if result.verdict is not verdict:
        would_change.append(Change(student, "verdict", verdict.value if verdict else "-", result.verdict.value))
    if result.verdict is Verdict.FAILED:
        return would_change
    manual = recorded.manual if recorded else frozenset()
    difference = 0.0
    for place, after in sorted(result.scores.items()):
        before = recorded.scores.get(place) if recorded else None
        if recorded is not None and before == after:
            continue
        note = "its manual score stays, and asks for another look" if place in manual else ""
        would_change.append(Change(student, "/".join(place), _points(before), _points(after), note))
        difference += 0.0 if place in manual else (after or 0.0) - (before or 0.0)
    if recorded is None or difference:
        total = recorded.totals.score if recorded else 0.0
        would_change.append(Change(student, "total", _points(total if recorded else None), _points(total + difference)))
    return would_change


def table(would_change: Sequence[Change]) -> str:
    """The changes as lines of text, in columns."""
    head = ("student", "what", "now", "then", "")
    rows = [head, *((change.student, change.what, change.before, change.after, change.note) for change in would_change)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _points(points: float | None) -> str:
    return "-" if points is None else f"{points:g}"
