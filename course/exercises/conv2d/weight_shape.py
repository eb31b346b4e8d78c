"""Exercise weight-shape: the shape of a convolution layer's weight, from its channels, its kernel and its groups."""

from __future__ import annotations

from collections.abc import Iterator

from course import arithmetic
from course.checking.compared import Call, Compared, all_arguments, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tuple
from course.language import N_
from course.misconceptions import Misconception, Rules, counts
from course.misconceptions.counts import LayerNumbers

exercise = Exercise(
    "weight-shape",
    difficulty=1,
    minutes=4,
    hints=(
        N_("Print `nn.Conv2d(3, 8, kernel_size=(5, 2)).weight.shape`. Which number of yours is which entry?"),
        N_("First the number of kernels, then how many input channels one kernel sees, then its height and width."),
        N_(
            "With groups, one kernel sees `in_channels // groups` channels. Turn an int kernel into the pair (kernel, kernel) first."
        ),
    ),
    hidden={N_("other layers"): N_("Try a kernel that is a pair, groups of 2, and as many groups as input channels.")},
    misconceptions={
        **counts.MISCONCEPTIONS,
        "kernel-first": Misconception(
            "The kernel's axes come first, as in other libraries.",
            N_(
                "That is one kernel, with its channels last. The weight holds all kernels, and torch puts H and W last."
            ),
        ),
        "kernel-first:all": N_(
            "The four numbers are right, but in the order of another library. torch puts H and W last."
        ),
        "in-before-out": Misconception(
            "The input channels come before the output channels.",
            N_("The first two are swapped. The first axis counts the kernels: one for each map that comes out."),
        ),
        "in-before-out:transposed": N_(
            "That is the weight of a transposed convolution. Here the first axis counts the kernels."
        ),
        "groups-divide-out": Misconception(
            "The groups divide the output channels.",
            N_("`groups` divides the other one: there is still one kernel for each output channel."),
        ),
        "groups-divide-both:shape": N_("That is the part of one group. The weight holds the kernels of all groups."),
        "kernel-not-squared:one-entry": N_(
            "The kernel may be one number or a pair. The shape needs its height and its width as two entries."
        ),
        "kernel-not-squared:pair": N_(
            "The kernel may also be a pair (height, width). Then it has both entries already."
        ),
        "height-width-swapped": N_("A pair is (height, width), and the shape has the height first too."),
    },
)

RULES: Rules[LayerNumbers] = (
    ("kernel-first", lambda n: (n.height, n.width, n.in_channels)),
    ("kernel-first:all", lambda n: (n.height, n.width, n.seen, n.out_channels)),
    ("in-before-out", lambda n: (n.seen, n.out_channels, n.height, n.width)),
    ("in-before-out:transposed", lambda n: (n.in_channels, n.out_channels // n.groups, n.height, n.width)),
    ("groups-ignored", lambda n: (n.out_channels, n.in_channels, n.height, n.width)),
    ("groups-divide-out", lambda n: (n.out_channels // n.groups, n.in_channels, n.height, n.width)),
    ("groups-divide-both:shape", lambda n: (n.out_channels // n.groups, n.seen, n.height, n.width)),
    ("in-channels-left-out", lambda n: (n.out_channels, n.height, n.width)),
    ("kernel-not-squared", lambda n: (n.out_channels, n.seen, n.height)),
    ("kernel-not-squared:one-entry", lambda n: (n.out_channels, n.seen, n.kernel)),
    ("kernel-not-squared:one-entry", lambda n: (n.out_channels, n.seen, (n.height, n.width))),
    ("kernel-not-squared:pair", lambda n: (n.out_channels, n.seen, n.kernel, n.kernel)),
    ("height-width-swapped", lambda n: (n.out_channels, n.seen, n.width, n.height)),
    ("float-for-int", lambda n: (n.out_channels, n.in_channels / n.groups, n.height, n.width)),
)

compared = Compared(exercise, arithmetic.weight_shape, LayerNumbers, RULES, expect=expect_tuple, in_words=all_arguments)


@compared.step("square", N_("Right for a square kernel"))
def _square(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(2, 4), sample.integer(9, 16), sample.integer(5, 7))


@compared.step("pair", N_("Right for a kernel of (height, width)"))
def _pair(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(8, 16), sample.integer(2, 4), (sample.integer(5, 7), 1))


@compared.step("groups", N_("Right with groups"))
def _groups(sample: Sample) -> Iterator[Call]:
    groups = sample.integer(2, 4)
    yield call(5 * groups, 11 * groups, 7 if sample.integer(0, 1) else (7, 1), groups)
    yield call(6, 12, 7, 6)
