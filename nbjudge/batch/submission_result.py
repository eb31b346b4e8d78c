"""The result of one student's submission, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from nbjudge.record.recorded_scores import Totals
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
