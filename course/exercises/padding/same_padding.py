"""Exercise same-padding: how many zeros torch's 'same' puts before and after a row of pixels."""

from __future__ import annotations

from typing import NamedTuple

from course import arithmetic
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, expect_tuple, mistakes
from course.language import N_, _
from course.misconceptions import Misconception, Rules, paddings

exercise = Exercise(
    "same-padding",
    difficulty=1,
    minutes=6,
    hints=(
        N_(
            "How many positions does a window of 3 cells lose on a line? And a window of 4? That many zeros are needed in all."
        ),
        N_(
            "With dilation d the kernel spans d · (kernel − 1) + 1 cells. The zeros needed in all are one less than that."
        ),
        N_("`total = dilation * (kernel - 1)`. The smaller half, `total // 2`, goes before, and the rest after."),
    ),
    hidden={N_("torch agrees"): N_("Try even kernels with an odd and with an even dilation, and a kernel of 1.")},
    misconceptions={
        **paddings.MISCONCEPTIONS,
        "whole-padding-twice": Misconception(
            "The whole padding is put on both sides.",
            N_("That is the whole padding on either side. Before and after share it."),
        ),
        "total-only": Misconception(
            "The zeros of both sides are given as one number.",
            N_("That is how many zeros there are in all. Give two numbers: how many before, how many after."),
        ),
        "values": N_("Do your two numbers add up to `dilation * (kernel - 1)`, and is the larger one after?"),
        "kernel-for-padding": N_(
            "Together that is {n.size}. A window of {n.size} cells costs fewer than {n.size} positions: count them."
        ),
        "float-for-int": N_(
            "`/` always gives a float in Python, and padding in floats is an error. For whole numbers there is `//`."
        ),
    },
)


class Kernel(NamedTuple):
    """A kernel of so many numbers, set so many cells apart."""

    size: int
    dilation: int = 1


RULES: Rules[Kernel] = (
    ("dilation-ignored:span", lambda k: paddings.undilated(*k)),
    ("half-even-kernel", lambda k: paddings.half(*k)),
    ("half-even-kernel", lambda k: paddings.half_dilated(*k)),
    ("extra-cell-before", lambda k: paddings.odd_cell_before(*k)),
    ("halved-before-dilated", lambda k: paddings.halved_before_dilated(*k)),
    ("extra-cell-dropped", lambda k: paddings.odd_cell_dropped(*k)),
    ("whole-padding-twice", lambda k: (sum(arithmetic.same_padding(*k)),) * 2),
    ("dilation-times-kernel:span", lambda k: paddings.shared(k.size * k.dilation - 1)),
    ("total-only", lambda k: sum(arithmetic.same_padding(*k))),
    ("kernel-for-padding", lambda k: paddings.shared(k.size)),
)


@exercise.step("pair", N_("Two whole numbers come out"))
def _pair(answer: Answer, sample: Sample) -> None:
    _expect_sides(answer, 3)


@exercise.step("odd", N_("Odd kernels: as many before as after"))
def _odd(answer: Answer, sample: Sample) -> None:
    for kernel in (5, 7, 1, 2 * sample.integer(4, 9) + 1):
        _expect_sides(answer, kernel)


@exercise.step("even", N_("Even kernels: the odd one goes after"))
def _even(answer: Answer, sample: Sample) -> None:
    for kernel in (4, 6, 2, 2 * sample.integer(4, 9)):
        _expect_sides(answer, kernel)


@exercise.step("dilation", N_("Dilation counts"))
def _dilation(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in ((5, 2), (4, 3), (6, 2), (1, 5), (sample.integer(2, 9), sample.integer(2, 6))):
        _expect_sides(answer, kernel, dilation)


def _expect_sides(answer: Answer, *settings: int) -> None:
    """Expect the zeros (before, after) that torch's 'same' puts for this kernel, and dilation if one is given."""
    got, kernel = answer(*settings), Kernel(*settings)
    what = arguments_text(kernel=kernel.size, dilation=kernel.dilation)
    if type(got) in (tuple, list) and any(type(each) is float for each in got):
        raise Wrong(_("Expected two ints, but got {got} ({what}).").format(got=got, what=what), "float-for-int")
    expect_tuple(got, arithmetic.same_padding(*kernel), mistakes(RULES, kernel), what=what)
