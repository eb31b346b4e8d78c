"""What a layer learns and what it costs: lesson 02's exercises that count."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from course import arithmetic
from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import (
    arguments_text,
    expect_int,
)
from course.checking.prediction import Prediction
from course.exercises.conv2d.count_mistakes import (
    Pair,
    multiply_add_mistakes,
    parameter_mistakes,
)
from course.language import N_

Setting = int | Pair

maps_that_come_out = Prediction(
    "maps-that-come-out",
    N_(
        "`nn.Conv2d(3, 16, kernel_size=5)` gets 8 colour photos, a tensor of shape (8, 3, 32, 48). Which shape comes out?"
    ),
    lambda: tuple(nn.Conv2d(3, 16, kernel_size=5)(torch.zeros(8, 3, 32, 48)).shape),
    N_("Batch 8 stays. 16 kernels give 16 maps. A window of 5 has 32 − 5 + 1 = 28 places down and 44 across."),
    {
        N_("The three colours do not give maps of their own: each kernel sums over all of them."): (8, 48, 28, 44),
        N_("A window of 5 without padding cannot have its middle on every pixel, so the maps are smaller."): (
            8,
            16,
            32,
            48,
        ),
        N_("The batch stays the first axis: each photo gets maps of its own."): (16, 28, 44),
        N_("A convolution's windows overlap, so the size is not divided by the kernel."): (8, 16, 6, 9),
    },
)

larger_picture = Prediction(
    "larger-picture",
    N_(
        "A layer has 448 parameters on images of 32×32. The images become twice as high and twice as wide. How many parameters has it now?"
    ),
    lambda: sum(parameter.numel() for parameter in nn.Conv2d(3, 16, kernel_size=3).parameters()),
    N_("The same kernels slide over the larger image. The layer is not told the size of the image when it is made."),
    {N_("The work grows four times. What is learned, the kernels, stays."): 4 * 448},
)

parameter_count = Exercise(
    "parameter-count",
    difficulty=1,
    minutes=5,
    hints=(
        N_("Two kinds of numbers learn: the weights, and the biases. Count each kind by itself."),
        N_(
            "The weight's shape tells the number of weights: multiply its four entries. There is one bias per output channel."
        ),
        N_("`out_channels * (in_channels // groups) * height * width`, and `out_channels` more when `bias` is true."),
    ),
    hidden={N_("other layers"): N_("Try `bias=False`, a kernel that is a pair, and groups, also together.")},
)


@parameter_count.step("square", N_("Right for a square kernel"))
def _parameters_square(answer: Answer, sample: Sample) -> None:
    _expect_parameters(answer, sample.integer(8, 10), sample.integer(11, 16), sample.integer(3, 7))


@parameter_count.step("pair", N_("Right for a kernel of (height, width)"))
def _parameters_pair(answer: Answer, sample: Sample) -> None:
    _expect_parameters(
        answer, sample.integer(8, 16), sample.integer(3, 5), (sample.integer(2, 3), sample.integer(5, 7))
    )


@parameter_count.step("no-bias", N_("Right without a bias"))
def _parameters_no_bias(answer: Answer, sample: Sample) -> None:
    _expect_parameters(answer, sample.integer(8, 10), sample.integer(11, 16), sample.integer(3, 7), bias=False)


@parameter_count.step("groups", N_("Right with groups"))
def _parameters_groups(answer: Answer, sample: Sample) -> None:
    groups = sample.integer(2, 4)
    _expect_parameters(answer, 7 * groups, 11 * groups, 5 if sample.integer(0, 1) else (5, 2), groups)
    _expect_parameters(answer, 6, 12, 3, 6, bias=False)


def _expect_parameters(
    answer: Answer, in_channels: int, out_channels: int, kernel: Setting, groups: int = 1, bias: bool = True
) -> None:
    extra: dict[str, Any] = {**({"groups": groups} if groups > 1 else {}), **({} if bias else {"bias": False})}
    expect_int(
        answer(in_channels, out_channels, kernel, **extra),
        arithmetic.parameter_count(in_channels, out_channels, kernel, groups, bias),
        parameter_mistakes(in_channels, out_channels, kernel, groups, bias),
        what=arguments_text(
            in_channels=in_channels, out_channels=out_channels, kernel=kernel, groups=groups, bias=bias
        ),
    )


multiply_adds = Exercise(
    "multiply-adds",
    difficulty=2,
    minutes=10,
    hints=(
        N_(
            "One output number costs one multiply-add for each number of its kernel. How many output numbers are there?"
        ),
        N_(
            "Work out the height and the width of the output first, each by itself. Then multiply: maps, places, numbers of one kernel."
        ),
        N_(
            "One kernel has `(in_channels // groups) * kernel_height * kernel_width` numbers. There are `out_channels * out_height * out_width` output numbers."
        ),
    ),
    hidden={
        N_("other layers"): N_("Try pairs for kernel, stride and padding, an image that is not square, and groups.")
    },
)


@multiply_adds.step("plain", N_("Right for a kernel alone"))
def _adds_plain(answer: Answer, sample: Sample) -> None:
    _expect_adds(answer, (7, sample.integer(9, 12), sample.integer(14, 19)), sample.integer(8, 9), sample.integer(2, 5))


@multiply_adds.step("stride-and-padding", N_("Right with stride and padding"))
def _adds_stride(answer: Answer, sample: Sample) -> None:
    shape = (7, sample.integer(9, 12), sample.integer(14, 19))
    _expect_adds(answer, shape, 5, 4, stride=sample.integer(2, 3))
    _expect_adds(answer, shape, 5, 4, padding=sample.integer(1, 2))
    _expect_adds(answer, shape, 5, 4, sample.integer(2, 3), sample.integer(1, 2))


@multiply_adds.step("pairs", N_("Right for pairs (height, width)"))
def _adds_pairs(answer: Answer, sample: Sample) -> None:
    shape = (7, sample.integer(9, 12), sample.integer(14, 19))
    _expect_adds(answer, shape, 5, (5, 2))
    _expect_adds(answer, shape, 5, (5, 2), (sample.integer(2, 3), 1), (0, sample.integer(2, 4)))


@multiply_adds.step("groups", N_("Right with groups"))
def _adds_groups(answer: Answer, sample: Sample) -> None:
    groups = sample.integer(2, 4)
    _expect_adds(answer, (5 * groups, 9, 14), 11 * groups, 3, groups=groups)
    _expect_adds(answer, (6, 9, 14), 12, (3, 2), 2, 1, groups=6)


def _expect_adds(
    answer: Answer,
    in_shape: tuple[int, int, int],
    out_channels: int,
    kernel: Setting,
    stride: Setting = 1,
    padding: Setting = 0,
    groups: int = 1,
) -> None:
    settings: dict[str, Any] = {
        name: value
        for name, value, default in (("stride", stride, 1), ("padding", padding, 0), ("groups", groups, 1))
        if value != default
    }
    expect_int(
        answer(in_shape, out_channels, kernel, **settings),
        arithmetic.multiply_adds(in_shape, out_channels, kernel, stride, padding, groups=groups),
        multiply_add_mistakes(in_shape, out_channels, kernel, stride, padding, groups),
        what=arguments_text(in_shape=in_shape, out_channels=out_channels, kernel=kernel, **settings),
    )
