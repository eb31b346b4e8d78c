"""Exercise separable-savings: the parameters of a regular layer, and of the separable pair in its place."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from course import arithmetic
from course.checking.answer import Answer, same_data
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, expect_tuple, mistakes
from course.language import N_
from course.misconceptions import Misconception, Rules

exercise = Exercise(
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
    misconceptions={
        "depthwise-bias-left-out": Misconception(
            "The depthwise layer's bias is left out.",
            N_("The depthwise layer has biases of its own: one for each of its output channels."),
        ),
        "pointwise-bias-left-out": Misconception(
            "The pointwise layer's bias is left out.",
            N_("The pointwise layer has biases of its own: one for each of its output channels."),
        ),
        "biases-left-out": N_("Those are the weights alone. Every layer here has biases."),
        "biases-left-out:regular": N_("The second number is right. The regular layer has biases too."),
        "multiplied-layers": Misconception(
            "The depthwise and the pointwise weights are multiplied, not added.",
            N_("Two layers, one after the other: do their parameters multiply, or do they add up?"),
        ),
        "no-pointwise": N_("That is the depthwise layer alone. Which layer makes out_channels of in_channels?"),
        "no-pointwise:mixes": N_("Which layer mixes the channels?"),
        "in-channels-left-out": N_("One pointwise kernel is 1 × 1 and as deep as its input. How many numbers is that?"),
        "pointwise-first": N_(
            "That is the other order. The depthwise layer comes first: how many channels does it see?"
        ),
        "bias-of-the-other-side": Misconception(
            "The depthwise layer's bias is counted by output channels.",
            N_("The depthwise layer's output has in_channels channels. One bias for each of them."),
        ),
        "order": Misconception(
            "The two results are in the wrong order.", N_("The regular layer comes first, then the separable one.")
        ),
        "kernel-not-squared": N_("A single number for the kernel stands for two sides: its height and its width."),
        "difference": Misconception(
            "The difference of both is given.",
            N_("The second number is the separable layer's own count, not what is saved."),
        ),
        "difference:ratio": N_(
            "The second number is the separable layer's own count, not how often it fits into the first."
        ),
    },
)


class Layers:
    """The counts of a regular layer and of a separable one: their weights, their biases, all of them."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int) -> None:
        self.into, self.out, self.kernel = in_channels, out_channels, kernel
        self.weights = in_channels * out_channels * kernel**2
        self.depthwise, self.pointwise = in_channels * kernel**2, in_channels * out_channels
        self.regular = arithmetic.parameter_count(in_channels, out_channels, kernel)
        self.separable = arithmetic.parameter_count(
            in_channels, in_channels, kernel, in_channels
        ) + arithmetic.parameter_count(in_channels, out_channels, 1)

    @property
    def side_for_square(self) -> tuple[int, int]:
        """`kernel-not-squared`: the two counts with the kernel's side in place of its square."""
        return self.weights // self.kernel + self.out, self.separable - self.depthwise + self.into * self.kernel


_COUNTS: Rules[Layers] = (
    ("depthwise-bias-left-out", lambda n: n.depthwise + n.pointwise + n.out),
    ("pointwise-bias-left-out", lambda n: n.depthwise + n.into + n.pointwise),
    ("biases-left-out", lambda n: n.depthwise + n.pointwise),
    ("multiplied-layers", lambda n: n.depthwise * n.pointwise),
    ("multiplied-layers", lambda n: (n.depthwise + n.into) * (n.pointwise + n.out)),
    ("no-pointwise", lambda n: n.depthwise + n.into),
    ("no-pointwise:mixes", lambda n: n.out * n.kernel**2 + n.out),
    ("in-channels-left-out", lambda n: n.depthwise + n.into + 2 * n.out),
    ("pointwise-first", lambda n: n.out * n.kernel**2 + n.out + n.pointwise + n.out),
    ("bias-of-the-other-side", lambda n: n.depthwise + n.out + n.pointwise + n.out),
)
"""Wrong counts of the separable layer."""


def _beside(regular: Callable[[Layers], int], count: Callable[[Layers], int], n: Layers) -> tuple[int, int]:
    return regular(n), count(n)


RULES: Rules[Layers] = (
    ("biases-left-out:regular", lambda n: (n.weights, n.separable)),
    *(
        (key, partial(_beside, regular, count))
        for key, count in _COUNTS
        for regular in (lambda n: n.regular, lambda n: n.weights)
    ),
    ("order", lambda n: (n.separable, n.regular)),
    ("kernel-not-squared", lambda n: (n.side_for_square[0], n.separable)),
    ("kernel-not-squared", lambda n: (n.regular, n.side_for_square[1])),
    ("kernel-not-squared", lambda n: n.side_for_square),
    ("float-for-int", lambda n: (float(n.regular), float(n.separable))),
    ("difference", lambda n: (n.regular, n.regular - n.separable)),
    ("difference:ratio", lambda n: (n.regular, math.floor(n.regular / n.separable))),
)


@exercise.step("regular", N_("The regular layer's count is right"))
def _regular(answer: Answer, sample: Sample) -> None:
    _expect_savings(answer, sample, regular_only=True)


@exercise.step("separable", N_("The count of depthwise and pointwise together is right"))
def _separable(answer: Answer, sample: Sample) -> None:
    _expect_savings(answer, sample)


def _expect_savings(answer: Answer, sample: Sample, *, regular_only: bool = False) -> None:
    for settings in (
        (64, 128, 3),
        (sample.integer(20, 29), sample.integer(7, 15), 5),
        (3, sample.integer(31, 50), 4),
        (5, 8, 1),
    ):
        got, n = answer(*settings), Layers(*settings)
        if regular_only and isinstance(got, (tuple, list)) and len(got) == 2 and same_data(got[0], n.regular):
            continue
        what = arguments_text(in_channels=n.into, out_channels=n.out, kernel_size=n.kernel)
        expect_tuple(got, (n.regular, n.separable), mistakes(RULES, n), what=what)
