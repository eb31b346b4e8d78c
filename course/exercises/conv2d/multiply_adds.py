"""Exercise multiply-adds: what a convolution layer costs on one image."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from course import arithmetic
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.language import N_
from course.misconceptions import Misconception, Rules, counts, sizes
from course.misconceptions.counts import LayerNumbers, Setting, sides

exercise = Exercise(
    "multiply-adds",
    difficulty=2,
    minutes=8,
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
    misconceptions={
        **counts.MISCONCEPTIONS,
        **sizes.MISCONCEPTIONS,
        "input-size-for-output": Misconception(
            "The input's pixels are counted, not the output's.",
            N_("You counted a window for each input pixel. How many places does the window really have?"),
        ),
        "positions-left-out": Misconception(
            "The places of the window are left out: that is the number of weights.",
            N_("That is the number of weights: the work for one place of the window. How many places are there?"),
        ),
        "in-channels-left-out": N_(
            "Each output number sums over the input channels that its kernel sees. Where are they in your product?"
        ),
        "out-channels-left-out": N_("That is the work for one feature map. How many maps come out?"),
        "stride-ignored": N_("The stride is missing: with larger steps the window has fewer places."),
        "padding-ignored": N_("The padding is missing: on a larger input the window has more places."),
        "bias-counted": Misconception(
            "The bias counts though it should not.",
            N_("You counted the bias too. It only adds: a multiply-add is one product and its sum."),
        ),
        "flops-for-multiply-adds": Misconception(
            "A multiply-add is counted as two.",
            N_("You counted the product and the sum as two. One multiply-add is both together."),
        ),
        "height-width-swapped": N_("A pair is (height, width). Which entry goes with which side of the input?"),
        "channels-last": Misconception(
            "The shape is read with the channels last.",
            N_("You read the shape as (height, width, channels). In PyTorch the channels come first."),
        ),
        "height-for-width": N_("You used the height of the output for its width too. Work out each side by itself."),
    },
)


@dataclass(frozen=True)
class Work:
    """A layer and the shape (channels, height, width) of the image that it works on."""

    in_shape: tuple[int, int, int]
    out_channels: int
    kernel: Setting
    stride: Setting = 1
    padding: Setting = 0
    groups: int = 1

    @property
    def layer(self) -> LayerNumbers:
        """The layer's settings without those that set its window's places."""
        return LayerNumbers(self.in_shape[0], self.out_channels, self.kernel, self.groups)

    def sizes(self, padded_sides: int = 2) -> list[int]:
        """How many places the window has down and across, with the padding counted so many times."""
        axes = zip(self.in_shape[1:], sides(self.kernel), sides(self.stride), sides(self.padding), strict=True)
        return [(size + padded_sides * padding - kernel) // stride + 1 for size, kernel, stride, padding in axes]

    def places(self, padded_sides: int = 2) -> int:
        """How many places the window has."""
        return math.prod(self.sizes(padded_sides))

    def adds(self) -> int:
        """The right number of multiply-adds."""
        return self.layer.weights * self.places()

    def swapped(self) -> Work:
        """The same settings with (width, height) in place of (height, width)."""
        kernel, stride, padding = (sides(each)[::-1] for each in (self.kernel, self.stride, self.padding))
        return replace(self, kernel=kernel, stride=stride, padding=padding)

    def channels_last(self) -> Work:
        """The shape read as (height, width, channels)."""
        first, second, third = self.in_shape
        return replace(self, in_shape=(third, first, second))


RULES: Rules[Work] = (
    ("input-size-for-output", lambda n: n.layer.weights * n.in_shape[1] * n.in_shape[2]),
    ("positions-left-out", lambda n: n.layer.weights),
    ("in-channels-left-out", lambda n: n.out_channels * n.layer.taps * n.places()),
    ("out-channels-left-out", lambda n: n.layer.seen * n.layer.taps * n.places()),
    ("stride-ignored", lambda n: replace(n, stride=1).adds()),
    ("padding-ignored", lambda n: replace(n, padding=0).adds()),
    ("padding-on-one-side", lambda n: n.layer.weights * n.places(padded_sides=1)),
    ("groups-ignored", lambda n: n.adds() * n.groups),
    ("groups-divide-both", lambda n: n.adds() // n.groups),
    ("bias-counted", lambda n: n.adds() + n.out_channels * n.places()),
    ("flops-for-multiply-adds", lambda n: 2 * n.adds()),
    ("height-width-swapped", lambda n: n.swapped().adds()),
    ("channels-last", lambda n: n.channels_last().adds()),
    ("kernel-not-squared", lambda n: n.out_channels * n.layer.seen * n.layer.height * n.places()),
    ("height-for-width", lambda n: n.layer.weights * n.sizes()[0] ** 2),
    ("no-plus-one", lambda n: n.layer.weights * math.prod(size - 1 for size in n.sizes())),
    ("float-for-int", lambda n: float(n.adds())),
)

compared = Compared(exercise, arithmetic.multiply_adds, Work, RULES)


@compared.step("plain", N_("Right for a kernel alone"))
def _plain(sample: Sample) -> Iterator[Call]:
    yield call(_image(sample), sample.integer(8, 9), sample.integer(2, 5))


@compared.step("stride-and-padding", N_("Right with stride and padding"))
def _stride_and_padding(sample: Sample) -> Iterator[Call]:
    shape = _image(sample)
    yield call(shape, 5, 4, stride=sample.integer(2, 3))
    yield call(shape, 5, 4, padding=sample.integer(1, 2))
    yield call(shape, 5, 4, stride=sample.integer(2, 3), padding=sample.integer(1, 2))


@compared.step("pairs", N_("Right for pairs (height, width)"))
def _pairs(sample: Sample) -> Iterator[Call]:
    shape = _image(sample)
    yield call(shape, 5, (5, 2))
    yield call(shape, 5, (5, 2), stride=(sample.integer(2, 3), 1), padding=(0, sample.integer(2, 4)))


@compared.step("groups", N_("Right with groups"))
def _groups(sample: Sample) -> Iterator[Call]:
    groups = sample.integer(2, 4)
    yield call((5 * groups, 9, 14), 11 * groups, 3, groups=groups)
    yield call((6, 9, 14), 12, (3, 2), stride=2, padding=1, groups=6)


def _image(sample: Sample) -> tuple[int, int, int]:
    return 7, sample.integer(9, 12), sample.integer(14, 19)
