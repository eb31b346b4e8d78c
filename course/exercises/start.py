"""Lesson 00: what its exercises check, in order, and what each says."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_no_nan, expect_ordinary, expect_tensor
from course.checking.prediction import Prediction
from course.language import N_, _

flat_patch = Prediction(
    "flat-patch",
    N_("Every pixel of the patch is 1, and the kernel's numbers sum to 0. Which number does the window give?"),
    lambda: float((torch.ones(3, 3) * torch.tensor([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])).sum()),
    N_(
        "Each product is 1 times a kernel number, so the answer is the kernel's sum. A flat area tells an edge kernel nothing."
    ),
    {N_("9 would be the sum of the patch. The kernel's numbers multiply it first."): 9},
)

patch_response = Exercise(
    "patch-response",
    difficulty=1,
    minutes=5,
    hints=(
        N_("Lay the kernel over the patch: every pixel has one kernel number on top of it."),
        N_(
            "Multiply each pixel by the number on top of it. `*` does that for two tensors of the same shape. One number must come out."
        ),
        N_("Multiply the two tensors with `*`, then add up all products with `.sum()`."),
    ),
    hidden={N_("other windows"): N_("Try a window with another number of rows than columns, and negative numbers.")},
)


@patch_response.step("one-number", N_("One number comes out"))
def _one_number(answer: Answer, sample: Sample) -> None:
    patch, kernel = sample.floats(3, 3), sample.floats(3, 3)
    _number(answer(patch, kernel))


@patch_response.step("values", N_("The number is the sum of the products, for windows of several shapes"))
def _values(answer: Answer, sample: Sample) -> None:
    for height, width in ((3, 3), (1, 5), (4, 2)):
        patch, kernel = sample.floats(height, width), sample.floats(height, width)
        _require_response(_number(answer(patch, kernel)), patch, kernel)


_LARGEST = 1e30  # Python's ints may be larger than any float


def _number(got: Any) -> float:
    """The answer as one number: a Python number, or a tensor that holds just one."""
    if type(got) is Tensor and got.numel() == 1:
        expect_ordinary(got)
        expect_no_nan(got)
        return float(got)
    if type(got) is Tensor:
        raise Wrong(
            _("Expected one number, but got a tensor of shape {shape}.").format(shape=tuple(got.shape)),
            "products-not-summed",
            _("One number for each pixel is there. What turns them into a single one?"),
        )
    if type(got) in (int, float) and abs(got) < _LARGEST:
        return float(got)
    if got is None:
        raise Wrong(
            _("Expected one number, but your code returned None."),
            "missing-return",
            _("Is there a `return` in front of the result?"),
        )
    raise Wrong(
        _("Expected one number, but got {type_name}.").format(type_name=Answer(got).describe().type_name), "type"
    )


def _require_response(got: float, patch: Tensor, kernel: Tensor) -> None:
    expected = float((patch * kernel).sum())
    if abs(got - expected) <= 1e-4 * (1 + abs(expected)):
        return
    mistakes = (
        Mistake("patch-not-weighted", patch.sum(), _("That is the sum of the patch alone: where is the kernel?")),
        Mistake(
            "mean-for-sum", (patch * kernel).mean(), _("That is the mean of the products. A convolution adds them up.")
        ),
        Mistake(
            "sums-multiplied",
            patch.sum() * kernel.sum(),
            _("You multiplied two sums. Multiply pixel by pixel first, then add."),
        ),
        Mistake(
            "kernel-flipped",
            (patch * kernel.flip(0, 1)).sum(),
            _("The kernel is flipped. In deep learning it is laid on as it is."),
        ),
        Mistake(
            "matrix-product",
            lambda: (patch @ kernel).sum(),
            _("`@` is a matrix product: rows times columns. Here each pixel meets one number."),
        ),
        Mistake(
            "sum-for-product",
            (patch + kernel).sum(),
            _("You added the kernel to the patch. Its numbers are weights: they multiply."),
        ),
    )
    message = _(
        "For a window of {rows} rows and {columns} columns, expected {expected:.4f}, but got {got:.4f}."
    ).format(rows=patch.shape[0], columns=patch.shape[1], expected=expected, got=got)
    for mistake in mistakes:
        if mistake.explains(torch.tensor(got)):
            raise Wrong(message, mistake.key, mistake.advice)
    raise Wrong(
        message, "values", _("Multiply each pixel by the kernel number on top of it, then add up the products.")
    )


case_wrapped_bytes = Exercise(
    "case-wrapped-bytes",
    difficulty=1,
    minutes=4,
    hints=(
        N_("Which line makes a negative number? Which dtype does it have at that moment?"),
        N_("A number that has wrapped around cannot be rescued later. Change the dtype before the subtraction."),
        N_("Begin with `patch = patch.float()`, then subtract and sum as before."),
    ),
    hidden={N_("other patches"): N_("Try a patch of two columns, one row, and values at both ends of 0 to 255.")},
)


@case_wrapped_bytes.step("dtype", N_("A single float32 value comes out"))
def _dtype(answer: Answer, sample: Sample) -> None:
    patch = torch.full((3, 4), sample.integer(0, 255), dtype=torch.uint8)
    expect_tensor(answer(patch), torch.tensor(0.0))


@case_wrapped_bytes.step("sign", N_("A darker left column gives a negative number"))
def _sign(answer: Answer, sample: Sample) -> None:
    patch = sample.bytes(sample.integer(2, 6), sample.integer(2, 6))
    floats = patch.float()
    expected = (floats[:, 0] - floats[:, -1]).sum()
    wrapped = (patch[:, 0] - patch[:, -1]).float().sum()
    mistakes = (
        Mistake(
            "wraps-around",
            wrapped,
            _("uint8 cannot hold a negative number. Which dtype do the columns have when you subtract?"),
        ),
        Mistake("sides-swapped", -expected, _("The sign is turned around: left minus right is asked.")),
        Mistake(
            "absolute-difference",
            (floats[:, 0] - floats[:, -1]).abs().sum(),
            _("Keep the sign: it tells which side is brighter."),
        ),
        Mistake(
            "mean-for-sum",
            (floats[:, 0] - floats[:, -1]).mean(),
            _("That is the mean over the rows; the sum is asked."),
        ),
    )
    expect_tensor(
        answer(patch), expected, mistakes, what=_("for a uint8 patch of shape {shape}").format(shape=tuple(patch.shape))
    )
