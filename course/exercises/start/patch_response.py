"""Exercise patch-response: the number that one window of a convolution gives."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_no_nan, expect_ordinary, mistakes, raise_known_mistake
from course.language import N_, _
from course.misconceptions import Misconception, Rules, windows

exercise = Exercise(
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
    misconceptions={
        **windows.MISCONCEPTIONS,
        "products-not-summed": Misconception(
            "The products are not added up.",
            N_("Your code returns several numbers. What turns them into one?"),
        ),
        "sums-multiplied": Misconception(
            "The two sums are multiplied, in place of the sum of the products.",
            N_("You multiplied two sums. Multiply pixel by pixel first, then add."),
        ),
        "kernel-transposed": N_("Rows and columns of the kernel are swapped. Which index of yours counts the rows?"),
        "sum-for-product": Misconception(
            "Patch and kernel are added where they are multiplied.",
            N_("You added the kernel to the patch. Its numbers are weights: they multiply."),
        ),
        "values": N_("Multiply each pixel by the kernel number on top of it, then add up the products."),
        "missing-return": N_("Is there a `return` in front of the result?"),
    },
)


class Window(NamedTuple):
    """The pixels of a window, and the kernel that lies on it; both of one shape (rows, columns)."""

    patch: Tensor
    kernel: Tensor


RULES: Rules[Window] = (
    ("patch-not-weighted", lambda w: w.patch.sum()),
    ("mean-for-sum", lambda w: (w.patch * w.kernel).mean()),
    ("sums-multiplied", lambda w: w.patch.sum() * w.kernel.sum()),
    ("kernel-flipped", lambda w: (w.patch * w.kernel.flip(0, 1)).sum()),
    ("matrix-product", lambda w: (w.patch @ w.kernel).sum()),
    ("matrix-product", lambda w: (w.patch @ w.kernel.T).sum()),
    ("matrix-product", lambda w: (w.patch.T @ w.kernel).sum()),
    ("kernel-transposed", lambda w: (w.patch * w.kernel.T).sum()),
    ("sum-for-product", lambda w: (w.patch + w.kernel).sum()),
)

LARGEST = 1e30
"""Python's ints may be larger than any float; a larger answer is no number here."""


@exercise.step("one-number", N_("One number comes out"))
def _one_number(answer: Answer, sample: Sample) -> None:
    _number(answer(*_window(sample, 3, 3)))


@exercise.step("values", N_("The number is the sum of the products, for windows of several shapes"))
def _values(answer: Answer, sample: Sample) -> None:
    for rows, columns in ((3, 3), (1, 5), (4, 2)):
        window = _window(sample, rows, columns)
        got, expected = _number(answer(*window)), float((window.patch * window.kernel).sum())
        if abs(got - expected) <= 1e-4 * (1 + abs(expected)):
            continue
        message = _(
            "For a window of {rows} rows and {columns} columns, expected {expected:.4f}, but got {got:.4f}."
        ).format(rows=rows, columns=columns, expected=expected, got=got)
        raise_known_mistake(torch.tensor(got), mistakes(RULES, window), message)
        raise Wrong(message, "values")


def _window(sample: Sample, rows: int, columns: int) -> Window:
    return Window(sample.floats(rows, columns), sample.floats(rows, columns))


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
        )
    if type(got) in (int, float) and abs(got) < LARGEST:
        return float(got)
    if got is None:
        raise Wrong(_("Expected one number, but your code returned None."), "missing-return")
    raise Wrong(
        _("Expected one number, but got {type_name}.").format(type_name=Answer(got).describe().type_name), "type"
    )
