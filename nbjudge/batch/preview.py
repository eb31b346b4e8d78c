"""What a run would change in the gradebook, as a table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nbjudge.batch.submission_result import Outcome
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


def changes(outcome: Outcome, known: RecordedScores | None, verdict: Verdict | None) -> list[Change]:
    """What recording an outcome would change.

    Args:
        outcome: what a preview found.
        known: what the gradebook holds of the student's submission.
        verdict: how the submission ended last time, when that is known.
    """
    student, found = outcome.student, []
    if outcome.verdict is not verdict:
        found.append(Change(student, "verdict", verdict.value if verdict else "-", outcome.verdict.value))
    if outcome.verdict is Verdict.FAILED:
        return found
    manual = known.manual if known else frozenset()
    difference = 0.0
    for place, after in sorted(outcome.scores.items()):
        before = known.scores.get(place) if known else None
        if known is not None and before == after:
            continue
        note = "its manual score stays, and asks for another look" if place in manual else ""
        found.append(Change(student, "/".join(place), _points(before), _points(after), note))
        difference += 0.0 if place in manual else (after or 0.0) - (before or 0.0)
    if known is None or difference:
        total = known.totals.score if known else 0.0
        found.append(Change(student, "total", _points(total if known else None), _points(total + difference)))
    return found


def table(found: Sequence[Change]) -> str:
    """The changes as lines of text, in columns."""
    head = ("student", "what", "now", "then", "")
    rows = [head, *((each.student, each.what, each.before, each.after, each.note) for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _points(points: float | None) -> str:
    return "-" if points is None else f"{points:g}"
