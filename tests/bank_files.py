"""The bank: accepted and wrong answers to every exercise, one file each, `tests/bank/<assignment>/<exercise>/<name>.py`.

A file is the text of the student's cell. An accepted answer's name starts with `accepted_`, a wrong one's with `wrong_`.
A wrong answer begins with comments that name what must happen to it:

    # step: axes                            the step of the check that must catch it ("hidden": only a hidden check does)
    # misconception: reshape-for-permute    the key of the hint that it must earn
    # credit: 0.5                           the share of the points, for an exercise with partial credit; 0 otherwise
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

BANK = Path(__file__).with_name("bank")


@dataclass(frozen=True)
class BankedAnswer:
    """One answer of the bank, and what must happen to it."""

    assignment: str
    exercise: str
    name: str
    code: str
    step: str | None
    misconception: str | None
    credit: float

    @property
    def accepted(self) -> bool:
        """Whether it earns full marks."""
        return self.name.startswith("accepted_")

    def __str__(self) -> str:
        return f"{self.assignment}/{self.exercise}/{self.name}"


def bank() -> list[BankedAnswer]:
    """All answers of the bank."""
    return [_read(path) for path in sorted(BANK.glob("*/*/*.py"))]


def _read(path: Path) -> BankedAnswer:
    code = path.read_text(encoding="utf-8")
    marks = dict(re.findall(r"^# (step|misconception|credit): (.+)$", code, flags=re.MULTILINE))
    assignment, exercise = path.parts[-3:-1]
    accepted = path.name.startswith("accepted_")
    if not accepted and not (path.name.startswith("wrong_") and "step" in marks):
        raise ValueError(f"{path}: expected accepted_*.py, or wrong_*.py with a comment '# step: …'")
    credit = float(marks.get("credit", 1 if accepted else 0))
    return BankedAnswer(assignment, exercise, path.stem, code, marks.get("step"), marks.get("misconception"), credit)
