"""The result of one student's submission, as plain values, and what it would change in the gradebook, as a table. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from nbjudge.record.nbgrader_rows import RecordedScores, Totals
from nbjudge.verdict import Verdict

WORST_FIRST = (
    Verdict.FAILED,
    Verdict.UNREADABLE,
    Verdict.CRASHED,
    Verdict.OUT_OF_MEMORY,
    Verdict.TIMED_OUT,
    Verdict.MISSING,
    Verdict.REPAIRED,
    Verdict.MARKED,
)


class Done(Enum):
    """What this run did for a submission."""

    MARKED = "marked now"
    APPLIED = "taken from the preview"
    RECORDED = "marked before, recorded now"
    UNCHANGED = "unchanged"
    NOTHING = "not marked"


@dataclass(frozen=True)
class SubmissionResult:
    """How one submission ended.

    Attributes:
        student: the student's id.
        verdict: the worst of its notebooks.
        done: what this run did for it.
        fixes: the keys of what was put right, each once.
        totals: what the gradebook says now; None where it has no row.
        notes: what the instructor has to look at, one line each.
        details: how notebooks ended that did not run to their end, one line each.
        scores: automatic score by notebook and cell, tasks not among them.
    """

    student: str
    verdict: Verdict
    done: Done = Done.MARKED
    fixes: tuple[str, ...] = ()
    totals: Totals | None = None
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    scores: Mapping[tuple[str, str], float | None] = field(default_factory=dict)

    @property
    def needs_a_look(self) -> bool:
        """Whether the instructor has something to do before the marks can be given out."""
        return self.verdict in {Verdict.FAILED, Verdict.UNREADABLE} or bool(self.notes)


def worst(verdicts: list[Verdict]) -> Verdict:
    """The verdict of a submission whose notebooks ended in these; MISSING for none.

    A notebook that is missing beside others that were handed in is told, but an end of the others weighs more.
    """
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.MISSING)


@dataclass(frozen=True)
class Change:
    """One thing that would be different afterwards.

    Attributes:
        student: the student's id.
        place: a cell as notebook/cell, "verdict" or "total".
        before: what there is now.
        after: what there would be.
        note: what to know about it.
    """

    student: str
    place: str
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
    rows = [
        head,
        *((change.student, change.place, change.before, change.after, change.note) for change in would_change),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _points(points: float | None) -> str:
    return "-" if points is None else f"{points:g}"
