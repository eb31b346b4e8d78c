"""Exercise parameter-count: how many numbers a convolution layer learns."""

from __future__ import annotations

from collections.abc import Iterator

from course import arithmetic
from course.checking.compared import Call, Compared, all_arguments, call
from course.checking.exercise import Exercise, Sample
from course.language import N_
from course.misconceptions import counts

exercise = Exercise(
    "parameter-count",
    difficulty=1,
    minutes=4,
    hints=(
        N_("Two kinds of numbers learn: the weights, and the biases. Count each kind by itself."),
        N_(
            "The weight's shape tells the number of weights: multiply its four entries. There is one bias per output channel."
        ),
        N_("`out_channels * (in_channels // groups) * height * width`, and `out_channels` more when `bias` is true."),
    ),
    hidden={N_("other layers"): N_("Try `bias=False`, a kernel that is a pair, and groups, also together.")},
    misconceptions=counts.MISCONCEPTIONS,
)

compared = Compared(
    exercise, arithmetic.parameter_count, counts.LayerNumbers, counts.PARAMETERS, in_words=all_arguments
)


@compared.step("square", N_("Right for a square kernel"))
def _square(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(8, 10), sample.integer(11, 16), sample.integer(3, 7))


@compared.step("pair", N_("Right for a kernel of (height, width)"))
def _pair(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(8, 16), sample.integer(3, 5), (sample.integer(2, 3), sample.integer(5, 7)))


@compared.step("no-bias", N_("Right without a bias"))
def _no_bias(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(8, 10), sample.integer(11, 16), sample.integer(3, 7), bias=False)


@compared.step("groups", N_("Right with groups"))
def _groups(sample: Sample) -> Iterator[Call]:
    groups = sample.integer(2, 4)
    yield call(7 * groups, 11 * groups, 5 if sample.integer(0, 1) else (5, 2), groups=groups)
    yield call(6, 12, 3, groups=6, bias=False)
