"""An exercise that compares calls: the right value passes, a known mistake earns its hint, whatever kind of value it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from torch import Tensor

from course.checking.answer import Answer
from course.checking.compared import Call, Compared, all_arguments, arguments_handed_over, call
from course.checking.exercise import Exercise, Sample, run_check
from course.checking.expect import expect_tensor, expect_tuple, mistakes
from course.checking.report import Outcome, Report
from course.misconceptions import Misconception, Misconceptions, Rules

AREA: Misconceptions = {
    "added": Misconception("The sides are added.", "Multiply the sides."),
    "added:twice": "That is the way around it.",
    "scale-ignored": Misconception("The scale is left out.", "Where is the scale of {n.scale}?"),
    "divided": Misconception("The sides are divided.", "Divide nothing."),
}


@dataclass(frozen=True)
class Rectangle:
    height: int
    width: int
    scale: int = 1


RULES: Rules[Rectangle] = (
    ("divided", lambda n: n.height // (n.width - 7)),
    ("added", lambda n: n.height + n.width),
    ("added:twice", lambda n: 2 * (n.height + n.width)),
    ("scale-ignored", lambda n: n.height * n.width),
    ("float-for-int", lambda n: float(n.height * n.width * n.scale)),
)


def area(height: int, width: int, scale: int = 1) -> int:
    return height * width * scale


def exercise(misconceptions: Misconceptions = AREA) -> Exercise:
    return Exercise(
        "area", difficulty=1, minutes=1, hints=("a", "b", "c"), hidden={"h": "x"}, misconceptions=misconceptions
    )


def checked(answer: object, *, in_words: Callable[..., str] = arguments_handed_over) -> Report:
    made = exercise()
    compared = Compared(made, area, Rectangle, RULES, in_words=in_words)

    @compared.step("plain", "Right for a rectangle")
    def _plain(sample: Sample) -> Iterator[Call]:
        yield call(sample.integer(3, 5), 7)

    @compared.step("scaled", "Right for a scaled one", seeds=1)
    def _scaled(sample: Sample) -> Iterator[Call]:
        yield call(3, width=4, scale=sample.integer(2, 2))

    return run_check(made, answer)


def test_a_right_answer_passes_and_the_steps_are_the_exercises() -> None:
    report = checked(lambda height, width, scale=1: scale * width * height)
    assert report.outcome is Outcome.PASSED
    assert [(step.name, step.passed) for step in report.steps] == [("plain", True), ("scaled", True)]


def found(report: Report) -> tuple[str | None, str | None, str]:
    return report.step, report.misconception, report.advice


def test_the_first_rule_that_gives_just_the_value_wins() -> None:
    assert found(checked(lambda h, w: h + w)) == ("plain", "added", "Multiply the sides.")


def test_a_variant_earns_its_own_hint_under_the_same_key() -> None:
    assert found(checked(lambda h, w: 2 * (h + w))) == ("plain", "added", "That is the way around it.")


def test_a_rule_that_cannot_give_a_value_is_not_looked_for() -> None:
    assert found(checked(lambda h, width, scale=1: h * width)) == (
        "scaled",
        "scale-ignored",
        "Where is the scale of 2?",
    )


def test_a_slip_needs_no_declaration() -> None:
    step, key, advice = found(checked(lambda h, w: float(h * w)))
    assert (step, key) == ("plain", "float-for-int")
    assert "`//`" in advice


def test_a_value_that_no_rule_gives_is_told_with_the_call() -> None:
    report = checked(lambda height, width, scale=1: height * width + (scale > 1))
    assert found(report) == ("scaled", "values", "")
    assert report.message == "Expected 24, but got 13 (height=3, width=4, scale=2)."


def test_a_message_shows_the_arguments_that_were_handed_over_or_all() -> None:
    def wrong(height: int, width: int) -> int:
        return -1

    assert checked(wrong).message.endswith("width=7).")
    assert checked(wrong, in_words=all_arguments).message.endswith("width=7, scale=1).")


def test_a_rule_needs_a_misconception() -> None:
    with pytest.raises(ValueError, match=r"'area' declares no misconception for: divided, added, added:twice"):
        Compared(exercise({"scale-ignored": AREA["scale-ignored"]}), area, Rectangle, RULES)


@pytest.mark.parametrize(
    ("expect", "right", "rule", "answer"),
    [
        (expect_tuple, lambda x: (2, *x.shape), lambda x: tuple(x.shape), lambda x: list(x.shape)),
        (expect_tensor, lambda x: x @ x, lambda x: x * x, lambda x: x * x),
        (partial(expect_tensor, any_dtype=True), lambda x: x @ x, lambda x: x * x, lambda x: x.double() ** 2),
    ],
)
def test_tuples_and_tensors_are_compared_too(
    expect: Callable[..., None], right: Any, rule: Callable[[Tensor], Any], answer: Callable[[Tensor], Any]
) -> None:
    made = exercise()

    def compared_with(x: Tensor) -> Any:
        return right(x)

    compared = Compared(made, compared_with, lambda x: x, (("added", rule),), expect=expect)
    compared.step("square", "Right for squares")(lambda sample: [call(sample.floats(3, 3))])
    report = run_check(made, answer)
    assert (report.misconception, report.advice) == ("added", "Multiply the sides.")
    assert "(x=(3, 3))" in report.message
    assert run_check(made, right).outcome is Outcome.PASSED


def test_a_step_of_another_form_can_compare_one_call() -> None:
    made = exercise()
    compared = Compared(made, area, Rectangle, RULES)

    @made.step("one", "Right for one")
    def _one(answer: Answer, sample: Sample) -> None:
        compared.compare(answer, 3, 8)

    assert run_check(made, lambda h, w: 11).misconception == "added"
    assert run_check(made, lambda h, w: 24).outcome is Outcome.PASSED


def test_mistakes_are_worked_out_when_they_are_looked_for() -> None:
    def never(n: int) -> int:
        raise AssertionError

    known = mistakes((("first", lambda n: n + 1), ("second", never)), 4)
    assert [each.key for each in known] == ["first", "second"]
    assert known[0].explains(5)
