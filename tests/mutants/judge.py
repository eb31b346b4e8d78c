"""Tells what becomes of one mutant: which check notices it, or whether it behaves as the solution does."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from enum import Enum

from course.checking.report import Outcome
from tests import lessons
from tests.mutants import inputs
from tests.mutants.compare import PROBES, difference, seed_all

CALL_SECONDS = 3.0
"""How long one call of a mutant may take in the public check, unless the solution itself takes its time."""


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    EQUIVALENT = "equivalent"
    SURVIVED = "survived"


@dataclass(frozen=True)
class Job:
    """A program to be judged, and the solution that it should behave like.

    Attributes:
        call_seconds: how long one call may take in the public check.
        seconds: how long all of it may take.
    """

    assignment: str
    exercise: str
    solution: str
    code: str
    call_seconds: float = CALL_SECONDS
    seconds: float = 60.0


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        fate: killed, or it earns full marks and behaves as the solution does, or it earns them and does not.
        by: for a killed one the step of the public check that noticed it, "hidden" for the hidden checks, "definition"
            when its cell raises, "time" when
            it never came to an end, "crash" when its process died; for a survivor what it does otherwise.
    """

    fate: Fate
    by: str = ""


def judge(job: Job) -> Verdict:
    """Run the public check, then the hidden ones, then compare what is left with the solution."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        noticed = noticed_by(job.assignment, job.exercise, job.code, job.call_seconds)
        if noticed:
            return Verdict(Fate.KILLED, noticed)
        inputs.load(job.assignment)
        if job.exercise not in PROBES:
            return Verdict(Fate.SURVIVED, "nobody said how to compare it with the solution")
        unlike = difference(job.exercise, job.assignment, job.solution, job.code)
        return Verdict(Fate.EQUIVALENT) if unlike is None else Verdict(Fate.SURVIVED, unlike)


def noticed_by(assignment: str, exercise: str, code: str, call_seconds: float = CALL_SECONDS) -> str:
    """The first step of the public check that does not pass, or "hidden"; empty when the answer earns full marks."""
    seed_all(0)
    try:
        lessons.namespace(assignment, code)
    except Exception:
        return "definition"
    for report in lessons.reports(assignment, exercise, code, seconds=call_seconds):
        if report.outcome is not Outcome.PASSED:
            return str(report.step)
    seed_all(0)
    earned, total = lessons.points(assignment, exercise, code)
    return "" if earned == total else "hidden"
