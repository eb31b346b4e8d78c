"""Lesson 02's mistakes in counts: what each known one gives, with the hint that fits."""

from __future__ import annotations

import math

from course import arithmetic
from course.checking.expect import Mistake
from course.language import _

Pair = tuple[int, int]


def parameter_mistakes(
    in_channels: int, out_channels: int, kernel: int | Pair, groups: int, bias: bool
) -> tuple[Mistake, ...]:
    """Wrong numbers of parameters."""
    height, width = sides(kernel)
    one_group = in_channels // groups
    weights = out_channels * one_group * height * width
    biases = out_channels if bias else 0
    forgotten = _("A kernel is not flat: it has numbers of its own for every input channel that it sees.")
    return (
        Mistake("bias-left-out", weights if bias else -1, _("Those are the weights alone. Which other numbers learn?")),
        Mistake(
            "bias-not-asked",
            weights + out_channels,
            _("With `bias=False` the layer has weights only. Where does your code look at `bias`?"),
        ),
        Mistake(
            "bias-counted-once",
            weights + 1,
            _("You counted one bias for the whole layer. Every output channel has its own."),
        ),
        Mistake(
            "bias-per-input",
            weights + in_channels,
            _("You counted one bias for each input channel. To what is a bias added: what comes in, or what goes out?"),
        ),
        Mistake(
            "bias-per-weight",
            2 * weights,
            _("You counted a bias for each weight. A bias is added once, after the sum over the window."),
        ),
        Mistake("in-channels-left-out", out_channels * height * width + biases, forgotten),
        Mistake(
            "out-channels-left-out",
            one_group * height * width + biases,
            _("That is one kernel. How many kernels does the layer have?"),
        ),
        Mistake(
            "out-channels-left-out",
            one_group * height * width + (1 if bias else 0),
            _("That is one kernel and its bias. How many of them does the layer have?"),
        ),
        Mistake(
            "groups-ignored",
            out_channels * in_channels * height * width + biases,
            _("`groups` changes nothing in your result. How many input channels does one kernel see in its group?"),
        ),
        Mistake(
            "groups-divide-both",
            weights // groups + biases,
            _("You divided by `groups` twice. Each kernel gets thinner, but their number stays."),
        ),
        Mistake(
            "kernel-not-squared",
            out_channels * one_group * height + biases,
            _("A single number for the kernel stands for two sides: its height and its width."),
        ),
        Mistake(
            "kernel-not-squared",
            out_channels * one_group * height * height + biases,
            _("A pair (height, width) need not be a square. Multiply its two sides."),
        ),
        Mistake(
            "float-for-int",
            float(weights + biases),
            _("`/` always gives a float in Python. For whole numbers there is `//`."),
        ),
    )


def multiply_add_mistakes(
    in_shape: tuple[int, int, int],
    out_channels: int,
    kernel: int | Pair,
    stride: int | Pair,
    padding: int | Pair,
    groups: int,
) -> tuple[Mistake, ...]:
    """Wrong numbers of multiply-adds."""
    in_channels, height, width = in_shape
    tall, wide = sides(kernel)
    one_group = in_channels // groups
    weights = out_channels * one_group * tall * wide

    def places(
        kernel: int | Pair = kernel, stride: int | Pair = stride, padding: int | Pair = padding, sides_padded: int = 2
    ) -> int:
        axes = zip((height, width), sides(kernel), sides(stride), sides(padding), strict=True)
        return math.prod((n + sides_padded * p - k) // s + 1 for n, k, s, p in axes)

    def swapped(value: int | Pair) -> int | Pair:
        return sides(value)[::-1]

    right = weights * places()
    rows, columns = arithmetic.output_shape((height, width), kernel, stride, padding)
    return (
        Mistake(
            "input-size-for-output",
            weights * height * width,
            _("You counted a window for each input pixel. How many places does the window really have?"),
        ),
        Mistake(
            "positions-left-out",
            weights,
            _("That is the number of weights: the work for one place of the window. How many places are there?"),
        ),
        Mistake(
            "in-channels-left-out",
            out_channels * tall * wide * places(),
            _("Each output number sums over the input channels that its kernel sees. Where are they in your product?"),
        ),
        Mistake(
            "out-channels-left-out",
            one_group * tall * wide * places(),
            _("That is the work for one feature map. How many maps come out?"),
        ),
        Mistake(
            "stride-ignored",
            lambda: weights * places(stride=1),
            _("The stride is missing: with larger steps the window has fewer places."),
        ),
        Mistake(
            "padding-ignored",
            lambda: weights * places(padding=0),
            _("The padding is missing: on a larger input the window has more places."),
        ),
        Mistake(
            "padding-on-one-side",
            lambda: weights * places(sides_padded=1),
            _("The padding counts once. On how many sides of the input does it lie?"),
        ),
        Mistake(
            "groups-ignored",
            right * groups,
            _("`groups` changes nothing in your result. How many input channels does one kernel see in its group?"),
        ),
        Mistake(
            "groups-divide-both",
            right // groups,
            _("You divided by `groups` twice. Each kernel gets thinner, but their number stays."),
        ),
        Mistake(
            "bias-counted",
            right + out_channels * places(),
            _("You counted the bias too. It only adds: a multiply-add is one product and its sum."),
        ),
        Mistake(
            "flops-for-multiply-adds",
            2 * right,
            _("You counted the product and the sum as two. One multiply-add is both together."),
        ),
        Mistake(
            "height-width-swapped",
            lambda: weights * places(swapped(kernel), swapped(stride), swapped(padding)),
            _("A pair is (height, width). Which entry goes with which side of the input?"),
        ),
        Mistake(
            "channels-last",
            lambda: arithmetic.multiply_adds(
                (width, in_channels, height), out_channels, kernel, stride, padding, groups=groups
            ),
            _("You read the shape as (height, width, channels). In PyTorch the channels come first."),
        ),
        Mistake(
            "kernel-not-squared",
            out_channels * one_group * tall * places(),
            _("A single number for the kernel stands for two sides: its height and its width."),
        ),
        Mistake(
            "height-for-width",
            lambda: weights * arithmetic.output_size(height, tall, sides(stride)[0], sides(padding)[0]) ** 2,
            _("You used the height of the output for its width too. Work out each side by itself."),
        ),
        Mistake(
            "no-plus-one",
            weights * (rows - 1) * (columns - 1),
            _("You counted the steps of the window. It also has a place before its first step."),
        ),
        Mistake(
            "float-for-int",
            float(right),
            _("`/` always gives a float in Python. For whole numbers there is `//`."),
        ),
    )


def sides(value: int | Pair) -> Pair:
    """(height, width) of a setting."""
    return value if isinstance(value, tuple) else (value, value)
