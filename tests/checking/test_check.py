"""The run of a check: four outcomes, the first mistake named, partial credit, seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample, run_check
from course.checking.expect import (
    Mistake,
    expect_error,
    expect_int,
    expect_no_nan,
    expect_tensor,
    expect_tuple,
)
from course.checking.report import Outcome


def exercise(*, partial: bool = False) -> Exercise:
    made = Exercise("double", difficulty=1, minutes=1, hints=("a", "b", "c"), hidden={"h": "x"}, partial=partial)

    @made.step("small", "small numbers")
    def _small(answer: Answer, sample: Sample) -> None:
        number = sample.integer(1, 9)
        expect_int(answer(number), 2 * number, (Mistake("squared", number**2, "times, not power"),))

    @made.step("large", "large numbers")
    def _large(answer: Answer, sample: Sample) -> None:
        number = sample.integer(1000, 2000)
        expect_int(answer(number), 2 * number)

    @made.step("negative", "negative numbers")
    def _negative(answer: Answer, sample: Sample) -> None:
        number = -sample.integer(1, 9)
        expect_int(answer(number), 2 * number)

    return made


def stub(n: int) -> int:
    raise NotImplementedError


def test_a_right_answer_passes_with_full_credit() -> None:
    report = run_check(exercise(), lambda n: n + n)
    assert report.outcome is Outcome.PASSED
    assert report.credit == 1
    assert [step.passed for step in report.steps] == [True, True, True]


def test_an_error_is_told_with_the_arguments_of_its_call() -> None:
    def fails(tensor: torch.Tensor, number: int, *, name: str) -> None:
        raise ValueError("no")

    answer = Answer(fails)
    failure = answer.failure(torch.zeros(2, 3), 4, name="five")
    assert failure is not None
    assert failure.call == "a tensor of shape (2, 3), 4, name='five'"
    assert "Called with (" in run_check(exercise(), lambda n: n[0]).message


def refuses_in_two_lines(n: int) -> int:
    if n < 10:
        raise ValueError("too small")
    return 2 * n


def refuses_in_one_line(n: int) -> int:
    if n < 10: raise ValueError("too small")  # fmt: skip  # noqa: E701
    return 2 * n


@pytest.mark.parametrize("answer", [refuses_in_two_lines, refuses_in_one_line])
def test_an_answer_that_refuses_what_is_allowed_is_asked_about_its_own_raise(answer: Callable[[int], int]) -> None:
    assert "`raise`" in run_check(exercise(), answer).advice


def test_a_not_implemented_error_that_says_something_is_no_stub() -> None:
    """Torch raises such errors for dtypes that an operation does not know."""

    def fails(_n: int) -> int:
        raise NotImplementedError("not implemented for 'Long'")

    report = run_check(exercise(), fails)
    assert report.outcome is Outcome.RAISED
    assert "'Long'" in report.message


def test_a_stub_is_not_attempted() -> None:
    report = run_check(exercise(), stub)
    assert report.outcome is Outcome.NOT_ATTEMPTED
    assert report.credit == 0


def test_a_known_mistake_earns_its_hint_and_ends_the_check() -> None:
    report = run_check(exercise(), lambda n: n**2)
    assert (report.outcome, report.step, report.misconception) == (Outcome.WRONG, "small", "squared")
    assert report.advice == "times, not power"
    assert [step.passed for step in report.steps] == [False, None, None]


def test_partial_credit_counts_the_steps_that_hold() -> None:
    report = run_check(exercise(partial=True), lambda n: 2 * n if n < 1000 else 0)
    assert report.step == "large"
    assert report.credit == pytest.approx(2 / 3)
    assert [step.passed for step in report.steps] == [True, False, True]


def test_nothing_is_earned_when_the_first_step_does_not_hold() -> None:
    assert run_check(exercise(partial=True), lambda n: 0).credit == 0


def test_a_case_left_unwritten_is_told_as_such() -> None:
    report = run_check(exercise(), lambda n: 2 * n if n < 1000 else stub(n))
    assert (report.outcome, report.step, report.misconception) == (Outcome.RAISED, "large", "unfinished")


def test_an_error_is_told_with_its_type() -> None:
    report = run_check(exercise(), lambda n: n.nothing)
    assert report.outcome is Outcome.RAISED
    assert report.failure is not None
    assert "AttributeError" in report.message


def test_a_raise_of_the_answers_own_is_told() -> None:
    def refuses(n: int) -> int:
        if n >= 0:
            raise ValueError("not allowed")
        return 2 * n

    assert "Your own `raise`" in run_check(exercise(), refuses).advice
    assert run_check(exercise(), lambda n: n / 0).advice == ""


@pytest.mark.parametrize(
    ("got", "key"),
    [
        ([torch.zeros(2)], "type:list"),
        (np.zeros(2), "type:array"),
        (tuple(torch.zeros(2, 3).max(dim=1)), "type:places"),
        ((torch.zeros(2), torch.zeros(2)), "type:look"),
        (3.0, "type:look"),
    ],
)
def test_what_is_no_tensor_earns_the_hint_on_its_type(got: Any, key: str) -> None:
    with pytest.raises(Wrong) as caught:
        expect_tensor(got, torch.zeros(2))
    assert caught.value.key == key


def test_a_plain_value_for_a_tuple_may_be_a_known_mistake() -> None:
    with pytest.raises(Wrong) as caught:
        expect_tuple(3, (1, 3), (Mistake("last-only", 3),))
    assert caught.value.key == "last-only"


def test_an_error_that_is_returned_is_told() -> None:
    with pytest.raises(Wrong, match="returned one") as caught:
        expect_error(Answer(lambda n: ValueError("too small")), "ValueError", 1, what="n=1")
    assert caught.value.key == "no-error:returned"


def test_an_endless_answer_is_told_and_the_check_ends() -> None:
    def endless(n: int) -> int:
        while True:
            n += 1

    report = run_check(exercise(partial=True), endless, seconds=0.2)
    assert (report.outcome, report.misconception) == (Outcome.WRONG, "endless")
    assert [step.passed for step in report.steps] == [False, None, None]


@pytest.mark.parametrize("given", [3, "f", torch.ones(2), None, [1]])
def test_what_is_no_function_is_told(given: object) -> None:
    report = run_check(exercise(), given)
    assert (report.outcome, report.misconception) == (Outcome.WRONG, "not-the-function")


@pytest.mark.parametrize("given", [torch.nn.Linear(1, 1), lambda: 1])
def test_an_object_where_a_class_is_asked_is_told(given: object) -> None:
    made = Exercise("layer", asks="class", difficulty=1, minutes=1, hints=("a",), hidden={})
    made.step("build", "it builds")(lambda answer, sample: None)
    assert run_check(made, given).misconception == "not-the-class"
    assert run_check(made, torch.nn.Linear).outcome is Outcome.PASSED


def test_an_unknown_part_names_the_parts() -> None:
    with pytest.raises(ValueError, match="no part 'x'"):
        run_check(exercise(), len, "x")


def test_each_seed_gives_other_inputs_and_each_run_the_same() -> None:
    seen: list[int] = []

    def double(n: int) -> int:
        seen.append(n)
        return 2 * n

    run_check(exercise(), double)
    first = list(seen)
    seen.clear()
    run_check(exercise(), double)
    assert seen == first
    assert len(set(seen)) > 5


@pytest.mark.parametrize(
    ("got", "misconception"),
    [
        (None, "missing-return"),
        ([[1.0]], "type"),
        (torch.ones(2, 3), "shape"),
        (torch.ones(3, 2, dtype=torch.float64), "dtype"),
        (torch.full((3, 2), float("nan")), "nan"),
        (torch.zeros(3, 2), "values"),
        (torch.full((3, 2), -1.0), "negated"),
    ],
)
def test_a_tensor_is_compared_by_type_shape_dtype_and_values(got: Any, misconception: str) -> None:
    with pytest.raises(Wrong) as wrong:
        expect_tensor(got, torch.ones(3, 2), (Mistake("negated", lambda: -torch.ones(3, 2), "sign"),))
    assert wrong.value.misconception == misconception
    assert wrong.value.message


def test_the_first_wrong_value_is_named() -> None:
    with pytest.raises(Wrong, match=r"1 of 6 values are wrong.*\[1, 2\].*expected 1, but got 4"):
        expect_tensor(torch.tensor([[1.0, 1, 1], [1, 1, 4]]), torch.ones(2, 3))


@pytest.mark.parametrize(
    ("got", "misconception"),
    [
        (3.0, "float-for-int"),
        (True, "type"),
        (None, "missing-return"),
        (4, "values"),
        (2, "halved"),
        (1.5, "quartered"),
    ],
)
def test_an_int_is_compared_by_type_and_value(got: Any, misconception: str) -> None:
    mistakes = (Mistake("halved", 2, ""), Mistake("quartered", 1.5, ""))
    with pytest.raises(Wrong) as wrong:
        expect_int(got, 3, mistakes)
    assert wrong.value.misconception == misconception


def test_a_list_will_do_for_a_tuple() -> None:
    expect_tuple([1, 2], (1, 2))
    with pytest.raises(Wrong, match=r"Expected \(1, 2\), but got \(2, 1\)"):
        expect_tuple((2, 1), (1, 2))


def test_a_mistake_that_cannot_be_computed_is_not_looked_for() -> None:
    with pytest.raises(Wrong) as wrong:
        expect_int(5, 3, (Mistake("broken", lambda: 1 // 0, ""),))
    assert wrong.value.misconception == "values"


def test_infinity_is_told() -> None:
    with pytest.raises(Wrong, match="1 of 2 values"):
        expect_no_nan(torch.tensor([1.0, float("inf")]))


def raiser(error: BaseException) -> Any:
    def raises(*arguments: Any) -> None:
        raise error

    return raises


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (lambda *a: 1, "no-error"),
        (raiser(TypeError("x")), "other-error"),
        (raiser(ValueError()), "silent-error"),
    ],
)
def test_an_expected_error_needs_its_type_and_a_message(function: Any, misconception: str) -> None:
    with pytest.raises(Wrong) as wrong:
        expect_error(Answer(function), "ValueError", 1, what="a case")
    assert wrong.value.misconception == misconception


def test_a_subclass_of_the_expected_error_will_do() -> None:
    expect_error(Answer(raiser(UnicodeError("said"))), "ValueError", 1, what="a case")
