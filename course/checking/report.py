"""What a check found, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from course.checking.world import Failure


class Outcome(Enum):
    """The four outcomes of a check."""

    NOT_ATTEMPTED = "not attempted"
    WRONG = "wrong"
    RAISED = "raised"
    PASSED = "passed"


@dataclass(frozen=True)
class StepReport:
    """One step of a check: its name, what it asks, and whether it passed (None: not reached)."""

    name: str
    title: str
    passed: bool | None


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes:
        exercise: the exercise's id.
        outcome: one of the four outcomes.
        steps: the steps in order.
        step: the name of the first step that failed, or None.
        message: what was expected, what came, with the numbers; translated, empty when passed.
        advice: the hint that fits this mistake; translated, may be empty.
        misconception: the key of the mistake that was recognised, or None.
        failure: the error that the answer raised, or None.
        credit: the share of the exercise that is right, from 0 to 1. Only exercises that give partial credit have
            values in between.
    """

    exercise: str
    outcome: Outcome
    steps: tuple[StepReport, ...]
    step: str | None = None
    message: str = ""
    advice: str = ""
    misconception: str | None = None
    failure: Failure | None = None
    credit: float = 0.0

    def _ipython_display_(self) -> None:
        """Show nothing as a cell's last value: the check has shown its card already."""
