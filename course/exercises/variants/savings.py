"""Lesson 04, what a depthwise separable convolution saves: the two counts of parameters."""

from __future__ import annotations

import math

from course import arithmetic
from course.checking.answer import Answer, same_data
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, arguments_text, expect_tuple
from course.language import N_, _

separable_savings = Exercise(
    "separable-savings",
    difficulty=1,
    minutes=6,
    hints=(
        N_("Count three layers: the regular one, the depthwise one, the pointwise one. Each has weights and biases."),
        N_(
            "Depthwise: in_channels kernels, each one channel deep. Pointwise: out_channels kernels of 1 × 1, each in_channels deep."
        ),
        N_(
            "Regular: `out_channels * in_channels * kernel_size**2 + out_channels`. Depthwise: `in_channels * kernel_size**2 + in_channels`. "
            "Pointwise: the regular one with kernel_size 1."
        ),
    ),
    hidden={
        N_("other layers"): N_(
            "Build the layers with nn.Conv2d and count with `sum(p.numel() for p in layer.parameters())`."
        )
    },
)


@separable_savings.step("regular", N_("The regular layer's count is right"))
def _regular(answer: Answer, sample: Sample) -> None:
    _expect_savings(answer, sample, regular_only=True)


@separable_savings.step("separable", N_("The count of depthwise and pointwise together is right"))
def _separable(answer: Answer, sample: Sample) -> None:
    _expect_savings(answer, sample)


def _expect_savings(answer: Answer, sample: Sample, *, regular_only: bool = False) -> None:
    for case in (
        (64, 128, 3),
        (sample.integer(20, 29), sample.integer(7, 15), 5),
        (3, sample.integer(31, 50), 4),
        (5, 8, 1),
    ):
        got = answer(*case)
        expected = savings(*case)
        if regular_only and isinstance(got, (tuple, list)) and len(got) == 2 and same_data(got[0], expected[0]):
            continue
        what = arguments_text(in_channels=case[0], out_channels=case[1], kernel_size=case[2])
        expect_tuple(got, expected, savings_mistakes(*case), what=what)


def savings(in_channels: int, out_channels: int, kernel: int) -> tuple[int, int]:
    """The parameters of (regular, depthwise and pointwise together), biases included."""
    return (
        arithmetic.parameter_count(in_channels, out_channels, kernel),
        arithmetic.parameter_count(in_channels, in_channels, kernel, in_channels)
        + arithmetic.parameter_count(in_channels, out_channels, 1),
    )


def savings_mistakes(in_channels: int, out_channels: int, kernel: int) -> tuple[Mistake, ...]:
    """Wrong pairs of parameter counts."""
    regular, right = savings(in_channels, out_channels, kernel)
    weights = in_channels * out_channels * kernel**2
    around, mixing = in_channels * kernel**2, in_channels * out_channels

    def gives(key: str, count: float, advice: str) -> tuple[Mistake, ...]:
        return tuple(Mistake(key, (each, count), advice) for each in (regular, weights))

    lost = _("The depthwise layer has biases of its own: one for each of its output channels.")
    return (
        *gives("depthwise-bias-left-out", around + mixing + out_channels, lost),
        *gives(
            "pointwise-bias-left-out",
            around + in_channels + mixing,
            _("The pointwise layer has biases of its own: one for each of its output channels."),
        ),
        *gives("biases-left-out", around + mixing, _("Those are the weights alone. Every layer here has biases.")),
        Mistake(
            "biases-left-out",
            (weights, right),
            _("The second number is right. The regular layer has biases too."),
        ),
        *gives(
            "multiplied-layers",
            around * mixing,
            _("Two layers, one after the other: do their parameters multiply, or do they add up?"),
        ),
        *gives(
            "multiplied-layers",
            (around + in_channels) * (mixing + out_channels),
            _("Two layers, one after the other: do their parameters multiply, or do they add up?"),
        ),
        *gives(
            "no-pointwise",
            around + in_channels,
            _("That is the depthwise layer alone. Which layer makes out_channels of in_channels?"),
        ),
        *gives("no-pointwise", out_channels * kernel**2 + out_channels, _("Which layer mixes the channels?")),
        *gives(
            "in-channels-left-out",
            around + in_channels + 2 * out_channels,
            _("One pointwise kernel is 1 × 1 and as deep as its input. How many numbers are that?"),
        ),
        *gives(
            "pointwise-first",
            out_channels * kernel**2 + out_channels + mixing + out_channels,
            _("That is the other order. The depthwise layer comes first: how many channels does it see?"),
        ),
        *gives(
            "bias-of-the-other-side",
            around + out_channels + mixing + out_channels,
            _("The depthwise layer's output has in_channels channels. One bias for each of them."),
        ),
        Mistake("order", (right, regular), _("The regular layer comes first, then the separable one.")),
        Mistake(
            "kernel-not-squared",
            (in_channels * out_channels * kernel + out_channels, right),
            _("A single number for the kernel stands for two sides: its height and its width."),
        ),
        Mistake(
            "kernel-not-squared",
            (regular, right - around + in_channels * kernel),
            _("A single number for the kernel stands for two sides: its height and its width."),
        ),
        Mistake(
            "kernel-not-squared",
            (in_channels * out_channels * kernel + out_channels, right - around + in_channels * kernel),
            _("A single number for the kernel stands for two sides: its height and its width."),
        ),
        Mistake(
            "float-for-int",
            (float(regular), float(right)),
            _("`/` always gives a float in Python. For whole numbers there is `//`."),
        ),
        Mistake(
            "difference",
            (regular, regular - right),
            _("The second number is the separable layer's own count, not what is saved."),
        ),
        Mistake(
            "difference",
            (regular, math.floor(regular / right)),
            _("The second number is the separable layer's own count, not how often it fits into the first."),
        ),
    )
