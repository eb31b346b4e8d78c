"""Exercise case-fixed-output-padding: the output_padding that brings back a size, for every size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, arguments_text, expect_int
from course.language import N_
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "case-fixed-output-padding",
    difficulty=2,
    minutes=10,
    hints=(
        N_("Which sizes does the convolution lump together? Print its output for 13, 14, 15, 16 with stride 2."),
        N_(
            "The convolution's window takes steps of `stride`. After its last step some cells are left over that no step reaches. "
            "How many? They are what is missing on the way back."
        ),
        N_(
            "The first window covers `dilation * (kernel - 1) + 1` of the `size + 2 * padding` cells. The steps share the rest, and the "
            "remainder of a division is `%`."
        ),
    ),
    hidden={N_("there and back"): N_("Try strides of 3 and 4, several sizes in a row, and a dilated kernel.")},
    misconceptions={
        "output-padding-fixed": Misconception(
            "output_padding is always stride − 1, whatever the size.",
            N_(
                "That always brings back the largest of the sizes that the stride lumps together. With stride 2, half of all sizes need another number."
            ),
        ),
        "never-padded": Misconception(
            "No output_padding is given at all.",
            N_("Always 0: that brings back the smallest of the sizes that the stride lumps together."),
        ),
        "size-alone": Misconception(
            "The remainder of the size alone is taken.",
            N_(
                "This is the remainder of the size alone. The steps begin after the first window, and the window walks over the padding too."
            ),
        ),
        "padding-at-one-end": Misconception(
            "The padding is counted at one end only.", N_("`padding` adds cells at both ends of the input.")
        ),
        "padding-left-out": Misconception(
            "The padding is left out.", N_("The convolution walks over its padding as well. Where is it in your count?")
        ),
        "dilation-left-out": Misconception(
            "The dilation is left out.",
            N_("A dilated kernel covers more cells: `dilation * (kernel - 1) + 1`. Yours counts `kernel`."),
        ),
        "window-not-taken-off": Misconception(
            "The first window is not taken off.",
            N_("The first window needs no step. Take its cells off before you divide."),
        ),
        "one-off": Misconception(
            "A cell too many or too few is counted before the division.",
            N_(
                "Before the division you count one cell too many or too few. A window of `kernel` cells covers `kernel` cells, not `kernel - 1`."
            ),
        ),
        "rest-to-the-step": Misconception(
            "The cells that are missing for one more step are returned, not those that are left over.",
            N_("That is how many cells are missing for one more step. Count those that are left after the last step."),
        ),
        "steps-for-rest": Misconception(
            "The number of steps is returned.",
            N_("That is the number of steps. You need what they leave over: `%`, not `//`."),
        ),
        "steps-for-rest:remainder": N_(
            "That is the remainder of the number of windows. You need the cells that the last window leaves over."
        ),
        "one-off:after": N_("One too many: the remainder of the division is all that is left over."),
        "even-or-odd": Misconception(
            "Only even and odd sizes are told apart.",
            N_(
                "Even or odd is all that matters with stride 2, kernel 3 and padding 1. A stride of 5 lumps five sizes together: "
                "which number tells them apart?"
            ),
        ),
        "difference-turned": Misconception(
            "The difference of the two sizes has the wrong sign.",
            N_(
                "The other way round: the size that you want back, minus the size that comes back without `output_padding`."
            ),
        ),
        "way-back-too-long": Misconception(
            "The way back is taken for size · stride.",
            N_(
                "The way back does not give size · stride. `transposed_size` tells what it gives without `output_padding`; "
                "kernel, padding and dilation count too."
            ),
        ),
        "dilation-times-kernel": N_(
            "A dilated kernel covers `dilation * (kernel - 1) + 1` cells: there are gaps between its numbers only, none after the last."
        ),
    },
)


class Strided(NamedTuple):
    """One axis of a convolution: the cells that go in, and its settings."""

    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def walked(self) -> int:
        """The cells that the steps share: all, but for the first window."""
        return self.size + 2 * self.padding - self.dilation * (self.kernel - 1) - 1

    @property
    def left(self) -> int:
        """The cells that no step reaches, which is the output_padding that is asked."""
        return self.walked % self.stride


RULES: Rules[Strided] = (
    ("output-padding-fixed", lambda n: n.stride - 1),
    ("never-padded", lambda n: 0),
    ("steps-for-rest", lambda n: n.walked // n.stride),
    ("padding-at-one-end", lambda n: (n.walked - n.padding) % n.stride),
    ("padding-left-out", lambda n: (n.walked - 2 * n.padding) % n.stride),
    ("dilation-left-out", lambda n: (n.size + 2 * n.padding - n.kernel) % n.stride),
    ("window-not-taken-off", lambda n: (n.size + 2 * n.padding) % n.stride),
    ("size-alone", lambda n: n.size % n.stride),
    ("one-off", lambda n: (n.walked + 1) % n.stride),
    ("one-off", lambda n: (n.walked - 1) % n.stride),
    ("rest-to-the-step", lambda n: -n.walked % n.stride),
    ("dilation-times-kernel", lambda n: (n.size + 2 * n.padding - n.dilation * n.kernel) % n.stride),
    ("difference-turned", lambda n: -n.left),
    ("steps-for-rest:remainder", lambda n: (n.walked // n.stride + 1) % n.stride),
    ("steps-for-rest:remainder", lambda n: n.walked // n.stride % n.stride),
    ("way-back-too-long", lambda n: n.size - (n.walked // n.stride + 1) * n.stride),
    ("even-or-odd", lambda n: 1 - n.size % 2),
    ("even-or-odd", lambda n: n.size % 2),
    ("even-or-odd", lambda n: n.walked % 2),
    ("even-or-odd", lambda n: min(n.left, 1)),
    ("one-off:after", lambda n: n.left + 1),
    ("even-or-odd", lambda n: 0 if n.size % 2 else n.stride - 1),
    ("even-or-odd", lambda n: n.stride - 1 if n.size % 2 else 0),
    ("even-or-odd", lambda n: 0 if n.size % 2 else n.stride // 2),
)


@exercise.step("stride-two", N_("Stride 2, odd and even sizes"))
def _stride_two(answer: Answer, sample: Sample) -> None:
    for size in (28, 45, 2 * sample.integer(10, 20), 2 * sample.integer(10, 20) + 1):
        _expect_rest(answer, Strided(size, 3, 2, 1))


@exercise.step("other-strides", N_("Larger strides, other kernels and paddings"))
def _other_strides(answer: Answer, sample: Sample) -> None:
    for kernel, stride, padding in ((3, 5, 1), (4, 7, 1), (2, 3, 0), (7, 6, 3), (1, 4, 0), (5, 1, 2)):
        for size in range(20, 20 + min(stride, 4)):
            _expect_rest(answer, Strided(size, kernel, stride, padding))


@exercise.step("dilation", N_("Dilated kernels cover more cells"))
def _dilation(answer: Answer, sample: Sample) -> None:
    for kernel, stride, padding, dilation in ((3, 5, 1, 2), (4, 7, 2, 3), (2, 6, 0, 4)):
        _expect_rest(answer, Strided(sample.integer(20, 40), kernel, stride, padding, dilation))


EVIDENCE = tuple(
    Strided(size, *settings)
    for settings in ((3, 2, 1, 1), (3, 5, 1, 1), (4, 7, 1, 1), (2, 3, 0, 1), (3, 5, 1, 2), (4, 7, 2, 3))
    for size in (28, 29, 31)
)
"""A mistake counts as known when it gives all of these: with a small stride one number fits many mistakes."""


def _expect_rest(answer: Answer, n: Strided) -> None:
    got = _asked(answer, n)
    fitting: tuple[Mistake, ...] = ()
    if type(got) is int and got != n.left:
        given = {each: _asked(answer, each) for each in EVIDENCE}
        undilated = {each: one for each, one in given.items() if each.dilation == 1}
        keys = [key for key, rule in RULES if _gives(rule, given)]
        if n.dilation == 1:  # the dilation may be a second mistake
            keys += [key for key, rule in RULES if _gives(rule, undilated)]
        fitting = tuple(Mistake(key, got) for key in keys[:1])
    expect_int(got, n.left, fitting, what=arguments_text(**_named(n)))


def _gives(rule: Callable[[Strided], int], given: Mapping[Strided, Any]) -> bool:
    """Whether a mistake gives all of these numbers."""
    return all(type(one) is int and one == rule(each) for each, one in given.items())


def _asked(answer: Answer, n: Strided) -> Any:
    return answer(*_named(n).values())


def _named(n: Strided) -> dict[str, int]:
    """The arguments; a dilation of 1 is not handed over."""
    return {name: value for name, value in n._asdict().items() if (name, value) != ("dilation", 1)}
