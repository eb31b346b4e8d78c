"""How a submission ended, as plain values. Every submission gets one of these verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from nbjudge.language import N_


class Verdict(Enum):
    """How the marking of a submission ended; the value is the word that is stored and shown."""

    MARKED = "marked"
    REPAIRED = "marked with mends"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    FAILED = "not marked"


VERDICTS = {
    Verdict.MARKED: N_("Every cell ran."),
    Verdict.REPAIRED: N_("Every cell ran, after the notebook had been mended."),
    Verdict.TIMED_OUT: N_("A cell ran longer than it may. Cells that had passed before keep their points."),
    Verdict.OUT_OF_MEMORY: N_("The code used more memory than it may. Cells that had passed before keep their points."),
    Verdict.CRASHED: N_("The process that ran the code ended. Cells that had passed before keep their points."),
    Verdict.UNREADABLE: N_("The file is no notebook that could be read."),
    Verdict.MISSING: N_("No notebook was handed in."),
    Verdict.FAILED: N_("The notebook could not be marked, through no fault of its own. Please mark it again."),
}
"""What a student reads of each verdict."""


@dataclass(frozen=True)
class Fix:
    """One thing that was put right before marking.

    Attributes:
        key: its short name, such as "duplicate-cell"; the same fix has the same key everywhere.
        message: a translated sentence for the student; holds no hidden test and nothing unescaped of the student's.
    """

    key: str
    message: str
