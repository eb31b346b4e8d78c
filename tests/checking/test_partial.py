"""Credit between 0 and 1: steps that earn their share, steps that hold in part, steps that are required."""

from __future__ import annotations

import pytest

from course.checking.answer import Answer, Wrong
from course.checking.card import report_card
from course.checking.exercise import Exercise, Partly, Sample, run_check
from course.checking.report import Outcome


def exercise(share: float) -> Exercise:
    """A required step, a step that holds in part, and one that holds."""
    made = Exercise("half", difficulty=1, minutes=1, hints=("a", "b", "c"), hidden={}, partial=True)

    @made.step("begins", "it begins", required=True)
    def _begins(answer: Answer, sample: Sample) -> None:
        if answer(0) != 0:
            raise Wrong("no zero")

    @made.step("grows", "it grows")
    def _grows(answer: Answer, sample: Sample) -> None:
        if answer(1) != 1:
            raise Partly("grows in part", "slow", "faster", share=share)

    @made.step("ends", "it ends")
    def _ends(answer: Answer, sample: Sample) -> None:
        if answer(2) != 2:
            raise Wrong("no end")

    return made


def test_a_step_that_holds_in_part_earns_its_part() -> None:
    report = run_check(exercise(0.5), lambda x: 0 if x == 1 else x)
    assert report.outcome is Outcome.WRONG
    assert (report.step, report.misconception, report.message) == ("grows", "slow", "grows in part")
    assert report.credit == pytest.approx(0.75)
    assert [each.passed for each in report.steps] == [True, False, True]


def test_a_required_step_earns_nothing_and_ends_the_check() -> None:
    report = run_check(exercise(0.5), lambda x: x + 1)
    assert report.credit == 0
    assert [each.passed for each in report.steps] == [False, None, None]
    assert run_check(exercise(0.0), lambda x: 0).credit == 0
    assert run_check(exercise(0.5), lambda x: x).credit == 1


def test_the_card_tells_the_share() -> None:
    assert "38 %" in report_card(run_check(exercise(0.75), lambda x: 0)).heading
    half = report_card(run_check(exercise(0.0), lambda x: 0 if x == 1 else x)).heading
    assert "half" in half
    assert "50 %" in half
