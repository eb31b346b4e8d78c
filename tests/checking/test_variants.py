"""A wrong result that no rule knows is compared with systematic variants; one is named only if it is what came, for every call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Wrong
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample, run_check
from course.checking.expect import expect_tensor


def slide(image: Tensor, kernel: Tensor) -> Tensor:
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]


def advice_on(answer: Callable[..., Any], *, shapes: tuple[tuple[int, ...], ...] = ((7, 9), (6, 6))) -> str:
    exercise = Exercise("slide", difficulty=1, minutes=1, hints=("a",), hidden={})
    compared = Compared(exercise, slide, lambda image, kernel: image, (), expect=expect_tensor)

    @compared.step("values", "Right", seeds=1)
    def _values(sample: Sample) -> Iterator[Call]:
        for shape in shapes:
            yield call(sample.floats(*shape), sample.floats(3, 3))

    report = run_check(exercise, answer)
    assert report.misconception in {"values", "shape"}
    return report.advice


def zeroed_end(image: Tensor, kernel: Tensor) -> Tensor:
    maps = slide(image, kernel)
    maps[-1], maps[:, -1] = 0, 0
    return maps


def first_row_filled(image: Tensor, kernel: Tensor) -> Tensor:
    maps = slide(image, kernel)
    maps[1:] = 0
    return maps


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda image, kernel: slide(image, kernel).T, "axes 0 and 1 swapped"),
        (lambda image, kernel: slide(image, kernel).T.reshape(slide(image, kernel).shape), "does not swap them back"),
        (lambda image, kernel: slide(image, kernel).flip(0), "backwards along axis 0"),
        (lambda image, kernel: slide(image, kernel)[:-1, :-1], "along axis 0, 1 are missing"),
        (lambda image, kernel: slide(image, kernel)[:-1], "along axis 0 are missing"),
        (zeroed_end, "along axis 0, 1 are 0"),
        (lambda image, kernel: slide(image, kernel)[:1], "of axis 0 only the first entry"),
        (first_row_filled, "along axis 0 everything after the first entry is 0"),
        (lambda image, kernel: slide(image, kernel).relu(), "negative value set to 0"),
        (lambda image, kernel: slide(image, kernel).abs(), "without its signs"),
        (lambda image, kernel: -slide(image, kernel), "every sign turned"),
        (lambda image, kernel: slide(image, kernel) / 9, "times 0.1111"),
        (lambda image, kernel: slide(image, kernel) + 0.5, "0.5 added"),
        (lambda image, kernel: slide(image, kernel.T), "`kernel` with its last two axes swapped"),
        (lambda image, kernel: slide(image, kernel.flip(1)), "`kernel` backwards along axis 1"),
        (lambda image, kernel: slide(image, kernel.flip(0, 1)), "`kernel` backwards along its last two axes"),
        (lambda image, kernel: slide(image.flip(0), kernel), "`image` backwards along axis 0"),
    ],
)
def test_a_variant_is_named(answer: Callable[..., Any], words: str) -> None:
    assert words in advice_on(answer)


@pytest.mark.parametrize(
    "answer",
    [
        lambda image, kernel: slide(image, kernel) ** 2,
        lambda image, kernel: slide(image, kernel) + slide(image, kernel) ** 3,
        lambda image, kernel: torch.zeros_like(slide(image, kernel)),
        lambda image, kernel: slide(image, kernel)[:1, :1],
        lambda image, kernel: slide(image, kernel).T if image.shape[0] == 7 else slide(image, kernel) ** 2,
    ],
    ids=["squared", "other", "zeros", "a corner", "another mistake in the second call"],
)
def test_no_variant_is_named_that_does_not_hold_for_every_call(answer: Callable[..., Any]) -> None:
    assert advice_on(answer) == ""


def test_a_variant_may_be_right_for_other_calls() -> None:
    def one_sided(image: Tensor, kernel: Tensor) -> Tensor:
        maps = slide(image, kernel)
        return maps.relu() if image.shape[0] == 7 else maps

    assert advice_on(one_sided) == ""
    assert "negative" in advice_on(lambda image, kernel: slide(image, kernel).relu())


def test_an_answer_that_fails_for_another_call_has_no_variant() -> None:
    def fails_for_squares(image: Tensor, kernel: Tensor) -> Tensor:
        if image.shape[0] == image.shape[1]:
            raise RuntimeError("no squares")
        return slide(image, kernel).T

    assert advice_on(fails_for_squares) == ""


@pytest.mark.parametrize("expected", [torch.zeros(3, 4), torch.tensor([[1.0, 2.0], [2.0, 1.0]]), torch.ones(5)])
def test_a_result_of_few_values_has_no_variant(expected: Tensor) -> None:
    with pytest.raises(Wrong) as caught:
        expect_tensor(expected + 1, expected)
    assert caught.value.advice == ""


def test_a_plain_expectation_names_a_variant_of_its_one_result() -> None:
    expected = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(1))
    with pytest.raises(Wrong) as caught:
        expect_tensor(expected.transpose(1, 2), expected)
    assert caught.value.key == "shape"
    assert "axes 1 and 2 swapped" in caught.value.advice


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: torch.cat(x.chunk(2, dim=1)), "joined along axis 0"),
        (lambda x: x.sum(0, keepdim=True).expand_as(x), "Along axis 0 every entry is the sum"),
        (lambda x: x.mean(1, keepdim=True).expand_as(x), "Along axis 1 every entry is the mean"),
        (lambda x: x[:1].squeeze(), "without its axes of size 1"),
        (lambda x: x.unsqueeze(2), "Which line adds axis 2?"),
        (lambda x: x.flatten(0, 1), "axes 0 and 1 have become one"),
        (lambda x: x.reshape(len(x), 2, 2, 5), "axis 1 has become two"),
    ],
)
@pytest.mark.parametrize("images", [2, 3])
def test_a_batch_of_other_axes_or_entries_is_named(change: Callable[[Tensor], Tensor], words: str, images: int) -> None:
    expected = torch.randn(images, 4, 5, generator=torch.Generator().manual_seed(1))
    got = change(expected)
    with pytest.raises(Wrong) as caught:
        expect_tensor(got, expected if got.shape != (4, 5) else expected[:1])
    assert words in caught.value.advice


@pytest.mark.parametrize(
    "got", [torch.full((2, 5), float("nan")), torch.full((2, 5), float("inf")), torch.ones(2, 5).int()]
)
def test_odd_results_have_no_variant(got: Tensor) -> None:
    expected = torch.arange(10.0).reshape(2, 5)
    with pytest.raises(Wrong) as caught:
        expect_tensor(got, expected)
    assert "right result" not in caught.value.advice
