"""The whole layer by hand: lesson 02's largest exercise."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import (
    arguments_text,
    expect_tensor,
)
from course.exercises.conv2d.count_mistakes import (
    Pair,
)
from course.exercises.conv2d.value_mistakes import (
    layer_mistakes,
    layer_size_mistakes,
    require_by_hand,
)
from course.language import N_, _

Setting = int | Pair

conv2d = Exercise(
    "conv2d",
    difficulty=3,
    minutes=25,
    partial=True,
    hints=(
        N_(
            "Build it in the order of the check's steps: one kernel on one image, then batch and channels, then bias, stride, padding."
        ),
        N_("Turn an int into a pair first. Put the zeros around the input, and forget the padding from then on."),
        N_(
            "Loop over output rows and columns. The window of all images and all channels at once is `x[:, :, top : top + kernel_height, left : left + kernel_width]`."
        ),
        N_(
            "Output row `row` begins at input row `row * stride`. For one window of shape (N, C, kH, kW), `torch.einsum('ncij,ocij->no', window, weight)` gives all kernels at once."
        ),
        N_(
            "`F.pad(x, (pw, pw, ph, ph))` puts zeros around: first left and right, then top and bottom. The bias is added as `bias[:, None, None]`."
        ),
    ),
    hidden={
        N_("by hand"): N_(
            "Use slices, `unfold`, `einsum`, sums and products: the exercise is to build what torch's functions do."
        ),
        N_("other layers"): N_(
            "Try unequal batch, channels, height, width, kernel sides, strides and paddings, all at once."
        ),
    },
)


@conv2d.step("by-hand", N_("One kernel slides over one image, without torch's convolution functions"))
def _conv_by_hand(answer: Answer, sample: Sample) -> None:
    x, weight = sample.floats(1, 1, 6, 8), sample.floats(1, 1, 3, 2)
    got = answer(x, weight)
    images, kernels = sample.floats(2, 3, 5, 6), sample.floats(4, 2, 3, 3)
    require_by_hand(
        answer,
        (images, kernels),
        (images[:, :2, :2], kernels),
        (images[:, :2], kernels, sample.floats(5)),
        (images[None, :, :2], kernels),
        (x > 0, weight > 0),
    )
    _expect_layer(got, x, weight)


@conv2d.step("channels", N_("All input channels are summed, for every kernel and every image"))
def _conv_channels(answer: Answer, sample: Sample) -> None:
    for shape, kernels in (((1, 3, 6, 7), (1, 3, 3, 3)), ((1, 1, 6, 7), (4, 1, 3, 3)), ((2, 3, 6, 8), (5, 3, 3, 2))):
        x, weight = sample.floats(*shape), sample.floats(*kernels)
        _expect_layer(answer(x, weight), x, weight)


@conv2d.step("bias", N_("Each output channel gets its bias"))
def _conv_bias(answer: Answer, sample: Sample) -> None:
    for out_channels, side in ((5, 7), (4, 7), (1, 6)):  # 5 kernels on a width of 7: a bias on the wrong axis fits too
        x, weight, bias = (
            sample.floats(2, 3, side, 7),
            sample.floats(out_channels, 3, 3, 3),
            sample.floats(out_channels),
        )
        _expect_layer(answer(x, weight, bias), x, weight, bias)


@conv2d.step("stride", N_("The window moves by the stride"))
def _conv_stride(answer: Answer, sample: Sample) -> None:
    for stride in (2, 3):
        x, weight = sample.floats(2, 2, 9, 12), sample.floats(3, 2, 4, 3)
        _expect_layer(answer(x, weight, stride=stride), x, weight, stride=stride)


@conv2d.step("padding", N_("Zeros lie around the input"))
def _conv_padding(answer: Answer, sample: Sample) -> None:
    for padding in (1, 2):
        x, weight = sample.floats(2, 2, 4, 6), sample.floats(3, 2, 3, 4)
        _expect_layer(answer(x, weight, padding=padding), x, weight, padding=padding)


@conv2d.step("pairs", N_("Stride and padding may be pairs (height, width)"))
def _conv_pairs(answer: Answer, sample: Sample) -> None:
    x, weight = sample.floats(2, 2, 9, 12), sample.floats(3, 2, 3, 2)
    for stride, padding in (((2, 3), 0), (1, (2, 1)), ((3, 1), (0, 2))):
        settings: dict[str, Any] = {"stride": stride, "padding": padding}
        _expect_layer(answer(x, weight, None, stride, padding), x, weight, **settings)


@conv2d.step("together", N_("Everything together"))
def _conv_together(answer: Answer, sample: Sample) -> None:
    x, weight, bias = sample.floats(3, 2, 3, 11), sample.floats(5, 2, 5, 3), sample.floats(5)
    stride, padding = (sample.integer(2, 3), sample.integer(3, 4)), (sample.integer(1, 2), sample.integer(0, 2))
    _expect_layer(answer(x, weight, bias, stride, padding), x, weight, bias, stride, padding)


def _expect_layer(
    got: Any, x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Setting = 1, padding: Setting = 0
) -> None:
    expected = F.conv2d(x, weight, bias, stride, padding)
    what = arguments_text(x=tuple(x.shape), weight=tuple(weight.shape), stride=stride, padding=padding)
    mistakes = layer_mistakes(x, weight, bias, stride, padding)
    if type(got) is Tensor and got.shape != expected.shape and not any(each.explains(got) for each in mistakes):
        for mistake in layer_size_mistakes(x, weight, stride, padding):
            if mistake.explains(tuple(got.shape)):
                message = _("Expected the shape {expected}, but got {got} ({what}).")
                shapes = {"expected": tuple(expected.shape), "got": tuple(got.shape)}
                raise Wrong(message.format(**shapes, what=what), mistake.key, mistake.advice)
    expect_tensor(got, expected, mistakes, what=what, any_dtype=True)
