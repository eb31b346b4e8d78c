"""Lesson 03's right values, and what each known mistake gives instead, with the hint that fits it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking.expect import Mistake
from course.language import _

Sides = tuple[int, int]
"""Cells before and after, on one axis."""


class Setting(NamedTuple):
    """A layer's settings on both axes, as (rows, columns)."""

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)


def same_padding_mistakes(kernel: int, dilation: int) -> tuple[Mistake, ...]:
    """Wrong (before, after) for 'same'."""
    before, after = arithmetic.same_padding(kernel, dilation)
    half = arithmetic.effective_kernel(kernel, dilation) // 2
    too_many = kernel * dilation - 1
    return (
        Mistake("dilation-ignored", arithmetic.same_padding(kernel), dilation_advice()),
        Mistake("half-even-kernel", (half, half), half_advice()),
        Mistake("half-even-kernel", (dilation * (kernel // 2),) * 2, half_advice()),
        Mistake("extra-cell-before", (after, before), side_advice()),
        Mistake(
            "halved-before-dilated",
            (dilation * ((kernel - 1) // 2), dilation * (kernel // 2)),
            halved_advice(),
        ),
        Mistake("extra-cell-dropped", (before, before), dropped_advice()),
        Mistake(
            "whole-padding-twice",
            (before + after, before + after),
            _("That is the whole padding on either side. Before and after share it."),
        ),
        Mistake("dilation-times-kernel", (too_many // 2, too_many - too_many // 2), span_advice()),
        Mistake(
            "kernel-for-padding",
            (kernel // 2, kernel - kernel // 2),
            _(
                "Together that is {kernel}. A window of {kernel} cells costs fewer than {kernel} positions: count them."
            ).format(kernel=kernel),
        ),
    )


def same_size_mistakes(size: int, kernel: int, dilation: int) -> tuple[Mistake, ...]:
    """Wrong output sizes for 'same' with stride 1."""
    span = arithmetic.effective_kernel(kernel, dilation)
    return (
        Mistake("half-even-kernel", size + 2 * (span // 2) - span + 1, half_advice()),
        Mistake("extra-cell-dropped", size + 2 * ((span - 1) // 2) - span + 1, dropped_advice()),
        Mistake("dilation-ignored", size + kernel - 1 - span + 1, dilation_advice()),
        Mistake(
            "same-taken-for-valid", size - span + 1, _("That is the size without padding. What does 'same' promise?")
        ),
    )


def convolve(x: Tensor, weight: Tensor, bias: Tensor | None, setting: Setting, rows: Sides, columns: Sides) -> Tensor:
    """A convolution with zeros on the four sides."""
    return F.conv2d(F.pad(x, (*columns, *rows)), weight, bias, setting.stride, 0, setting.dilation)


def torch_same(x: Tensor, weight: Tensor, bias: Tensor | None, setting: Setting) -> Tensor:
    """What torch's 'same' gives, then every stride-th row and column of it."""
    rows, columns = map(arithmetic.same_padding, setting.kernel, setting.dilation)
    return convolve(x, weight, bias, setting, rows, columns)


def tensorflow_same(x: Tensor, weight: Tensor, bias: Tensor | None, setting: Setting) -> Tensor:
    """What TensorFlow's 'SAME' gives: just enough zeros for ceil(size / stride) windows, the odd one after.

    Source: `GetWindowedOutputSizeVerbose` in tensorflow/core/framework/kernel_shape_util.cc.
    """
    return convolve(x, weight, bias, setting, *_tensorflow_sides(x, setting))


def _tensorflow_sides(x: Tensor, setting: Setting) -> tuple[Sides, Sides]:
    def sides(size: int, kernel: int, stride: int, dilation: int) -> Sides:
        outputs = -(-size // stride)
        total = max((outputs - 1) * stride + arithmetic.effective_kernel(kernel, dilation) - size, 0)
        return total // 2, total - total // 2

    rows, columns = map(sides, x.shape[-2:], setting.kernel, setting.stride, setting.dilation)
    return rows, columns


def same_conv_mistakes(x: Tensor, weight: Tensor, bias: Tensor | None, setting: Setting) -> tuple[Mistake, ...]:
    """Wrong outputs of a layer that should keep the size, or divide it by its stride."""
    rows, columns = map(arithmetic.same_padding, setting.kernel, setting.dilation)
    spans = [arithmetic.effective_kernel(*each) for each in zip(setting.kernel, setting.dilation, strict=True)]
    undilated = [(d * ((k - 1) // 2), d * (k // 2)) for k, d in zip(setting.kernel, setting.dilation, strict=True)]
    flipped = [(after, before) for before, after in _tensorflow_sides(x, setting)]

    def padded(by: tuple[Sides, Sides]) -> Callable[[], Tensor]:
        return lambda: convolve(x, weight, bias, setting, *by)

    def halves(*lengths: int) -> tuple[Sides, Sides]:
        return (lengths[0] // 2,) * 2, (lengths[1] // 2,) * 2

    one_axis = _("Rows and columns have kernels of their own, so each needs a padding of its own.")
    unstrided = Setting(setting.kernel, (1, 1), setting.dilation)
    row_step, column_step = setting.stride
    return (
        Mistake("extra-cell-before", padded((flipped[0], flipped[1])), side_advice()),
        Mistake("half-even-kernel", padded(halves(*spans)), half_advice()),
        Mistake(
            "half-even-kernel",
            padded(halves(*(d * (k // 2) * 2 for k, d in zip(setting.kernel, setting.dilation, strict=True)))),
            half_advice(),
        ),
        Mistake("extra-cell-before", padded((rows[::-1], columns[::-1])), side_advice()),
        Mistake(
            "halved-before-dilated",
            padded((undilated[0], undilated[1])),
            halved_advice(),
        ),
        Mistake("extra-cell-dropped", padded(((rows[0],) * 2, (columns[0],) * 2)), dropped_advice()),
        Mistake(
            "height-width-swapped",
            padded((columns, rows)),
            _("`F.pad` begins with the last axis: left, right, top, bottom."),
        ),
        Mistake("one-padding-for-both-axes", padded((columns, columns)), one_axis),
        Mistake("one-padding-for-both-axes", padded((rows, rows)), one_axis),
        Mistake(
            "dilation-ignored",
            padded((arithmetic.same_padding(setting.kernel[0]), arithmetic.same_padding(setting.kernel[1]))),
            dilation_advice(),
        ),
        Mistake("dilation-ignored", padded(halves(*setting.kernel)), dilation_advice()),
        Mistake(
            "dilation-ignored",
            lambda: torch_same(x, weight, bias, Setting(setting.kernel, setting.stride)),
            _("The kernel has no holes. Is `dilation` handed on to the layer that does the work?"),
        ),
        Mistake("padding-ignored", padded(((0, 0), (0, 0))), _("No border was added at all.")),
        Mistake(
            "stride-ignored",
            lambda: torch_same(x, weight, bias, unstrided),
            _("Every position is there. With a stride only every stride-th one is asked."),
        ),
        Mistake(
            "stride-minus-kernel",
            padded(tuple(_halved(max(span - step, 0)) for span, step in zip(spans, setting.stride, strict=True))),  # type: ignore[arg-type]
            _("kernel − stride is right only when the stride divides the size. Here the size has a say as well."),
        ),
        Mistake(
            "wrong-phase",
            lambda: torch_same(x, weight, bias, unstrided)[
                ..., row_step - 1 :: row_step, column_step - 1 :: column_step
            ],
            _("You keep the last of each group of positions. Keep the first: slices begin at 0."),
        ),
        Mistake(
            "border-not-zero",
            lambda: F.conv2d(
                F.pad(x, (*columns, *rows), mode="replicate"), weight, bias, setting.stride, 0, setting.dilation
            ),
            _("Beyond the border are zeros here, not copies of the border."),
        ),
        Mistake(
            "bias-ignored",
            lambda: torch_same(x, weight, None, setting),
            _("The values fit a layer without its bias."),
        ),
    )


def _halved(total: int) -> Sides:
    return total // 2, total - total // 2


def causal(x: Tensor, weight: Tensor, bias: Tensor | None, dilation: int) -> Tensor:
    """A causal convolution: the kernel's last number meets the present."""
    return F.conv1d(F.pad(x, (dilation * (weight.shape[-1] - 1), 0)), weight, bias, dilation=dilation)


def causal_mistakes(x: Tensor, weight: Tensor, bias: Tensor | None, dilation: int) -> tuple[Mistake, ...]:
    """Wrong outputs of a causal convolution. Those that see the future have a step of their own."""
    kernel = weight.shape[-1]
    past = dilation * (kernel - 1)

    def after(before: int) -> Callable[[], Tensor]:
        return lambda: F.conv1d(F.pad(x, (before, 0)), weight, bias, dilation=dilation)

    return (
        Mistake("dilation-ignored", after(kernel - 1), dilation_advice()),
        Mistake(
            "dilation-ignored",
            lambda: causal(x, weight, bias, 1),
            _("The kernel has no holes. Is `dilation` handed on to the layer that does the work?"),
        ),
        Mistake(
            "kernel-for-padding", after(kernel), _("The present needs no padding: count only the cells before it.")
        ),
        Mistake("dilation-times-kernel", after(kernel * dilation), span_advice()),
        Mistake("padding-ignored", after(0), _("No zeros were added at all.")),
        Mistake(
            "minus-zero-slice",
            x.new_zeros(x.shape[0], weight.shape[0], 0),
            _(
                "With nothing to cut off, `[..., :-0]` keeps nothing: in Python −0 is 0. Count from the front, up to the length."
            ),
        ),
        Mistake(
            "not-trimmed",
            lambda: F.conv1d(F.pad(x, (past, past)), weight, bias, dilation=dilation),
            _("Both ends were padded, so there are outputs after the last input. Which ones are too many?"),
        ),
        Mistake(
            "kernel-flipped",
            lambda: causal(x, weight.flip(-1), bias, dilation),
            _("The kernel is turned around: its last number must meet the present, as in `nn.Conv1d`."),
        ),
        Mistake(
            "border-not-zero",
            lambda: F.conv1d(F.pad(x, (past, 0), mode="replicate"), weight, bias, dilation=dilation),
            _("Before the signal's start are zeros here, not copies of its first value."),
        ),
        Mistake(
            "bias-ignored", lambda: causal(x, weight, None, dilation), _("The values fit a layer without its bias.")
        ),
    )


def box_blur(x: Tensor, rows: Sides, kernel: int) -> Tensor:
    """The mean of each window of kernel × kernel pixels, with these zeros on both axes."""
    return F.avg_pool2d(F.pad(x, (*rows, *rows)), kernel, stride=1)


def box_blur_mistakes(x: Tensor, kernel: int) -> tuple[Mistake, ...]:
    """Wrong results of a blur that should keep the size."""
    before, after = arithmetic.same_padding(kernel)
    half = kernel // 2
    return (
        Mistake("half-even-kernel", lambda: box_blur(x, (half, half), kernel), half_advice()),
        Mistake(
            "extra-cell-before",
            lambda: box_blur(x, (after, before), kernel),
            _(
                "The size is right, and the picture has moved: the extra zero stands before the first row and column. "
                "Cropping at the end does that. On which side does torch put it?"
            ),
        ),
        Mistake("extra-cell-dropped", lambda: box_blur(x, (before, before), kernel), dropped_advice()),
        Mistake("padding-ignored", lambda: box_blur(x, (0, 0), kernel), _("No border was added at all.")),
        Mistake(
            "sum-for-mean",
            lambda: box_blur(x, (before, after), kernel) * kernel**2,
            _("That is the sum of each window. Divide it by the number of its pixels."),
        ),
        Mistake(
            "border-not-zero",
            lambda: box_blur(x, (before, after), kernel) / box_blur(torch.ones_like(x), (before, after), kernel),
            _("At the border you divide by the pixels that are inside. Here the zeros count as pixels."),
        ),
        Mistake(
            "border-not-zero",
            lambda: F.avg_pool2d(F.pad(x, (before, after) * 2, mode="replicate"), kernel, stride=1),
            _("Beyond the border are zeros here, not copies of the border."),
        ),
    )


def dilation_advice() -> str:
    """For misconception `dilation-ignored`."""
    return _("Dilation spreads the kernel's numbers apart. How many cells does it span from the first to the last?")


def span_advice() -> str:
    """For misconception `dilation-times-kernel`."""
    return _(
        "A dilated kernel spans fewer than kernel × dilation cells: there are holes between its numbers only, none after the last."
    )


def half_advice() -> str:
    """For misconception `half-even-kernel`."""
    return _(
        "Half of an even kernel on both sides is one cell too many. Before and after must add up to the span minus 1."
    )


def side_advice() -> str:
    """For misconception `extra-cell-before`."""
    return _(
        "The number is right, the side is not. When the cells cannot be shared evenly, torch puts the odd one after."
    )


def dropped_advice() -> str:
    """For misconception `extra-cell-dropped`."""
    return _("Both sides got the smaller half, so one cell is missing. Do the two add up to the span minus 1?")


def halved_advice() -> str:
    """For misconception `halved-before-dilated`."""
    return _("The number is right, the shares are not: you shared the cells first and multiplied by the dilation then.")
