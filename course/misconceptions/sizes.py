"""Known mistakes in the output size of a convolution along one axis: rules in numbers, for checks and for predictions."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course.language import N_
from course.misconceptions import Misconception, Misconceptions, Rules


@dataclass(frozen=True)
class Axis:
    """A convolution's settings on one axis, in cells, as they were given: the kernel need not fit."""

    size: int
    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1

    @property
    def padded(self) -> int:
        """Cells of the input with its padding."""
        return self.before + self.size + self.after

    @property
    def span(self) -> int:
        """Cells from the kernel's first number to its last."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def room(self) -> int:
        """Cells that are left over for steps."""
        return self.padded - self.span


def axis(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Axis:
    """An axis that is padded alike on both sides; arguments as `arithmetic.output_size`."""
    return Axis(size, kernel, stride, padding, padding, dilation)


# The order matters: a mistake that an easier step catches already comes after one that looks like it here.
OUTPUT_SIZE: Rules[Axis] = (
    ("divided-size", lambda n: n.size // n.kernel),
    ("divided-size", lambda n: n.size / n.kernel),
    ("divided-size", lambda n: n.padded // n.kernel),
    ("plus-one-inside", lambda n: (n.room + 1) // n.stride),
    ("no-plus-one", lambda n: n.room // n.stride),
    ("padding-on-one-side", lambda n: (n.room - n.after) // n.stride + 1),
    ("padding-ignored", lambda n: (n.size - n.span) // n.stride + 1),
    ("round-for-floor", lambda n: round(n.room / n.stride) + 1),
    ("ceil-for-floor", lambda n: math.ceil(n.room / n.stride) + 1),
    ("dilation-ignored", lambda n: (n.padded - n.kernel) // n.stride + 1),
    ("dilation-times-kernel", lambda n: (n.padded - n.kernel * n.dilation) // n.stride + 1),
    ("dilation-zero-based", lambda n: (n.padded - (n.kernel + n.dilation * (n.kernel - 1))) // n.stride + 1),
    ("stride-ignored", lambda n: n.room + 1),
    ("divided-by-stride", lambda n: n.size // n.stride),
)
"""Wrong output sizes."""

MISCONCEPTIONS: Misconceptions = {
    "divided-size": Misconception(
        "The output is taken for the input divided by the kernel, which holds only where the stride equals it.",
        N_(
            "Dividing the size by the kernel is right only for windows that lie side by side. A convolution's windows overlap: count them."
        ),
    ),
    "plus-one-inside": Misconception(
        "The 1 is added before the division.",
        N_("The `+ 1` is the window's first place. The stride divides only the steps that come after it."),
    ),
    "no-plus-one": Misconception(
        "The + 1 is missing: the steps are counted, not the places.",
        N_("You counted the steps of the window. It also has a place before its first step."),
    ),
    "padding-on-one-side": Misconception(
        "The padding counts on one side only.",
        N_("The padding counts once. On how many sides of the input does it lie?"),
    ),
    "padding-ignored": Misconception(
        "The padding is left out.",
        N_("The padding is missing: every one of its cells makes the input larger."),
    ),
    "round-for-floor": Misconception(
        "The size is rounded to the nearest.",
        N_("`round` goes to the nearest whole number, up or down. A window that does not fit is always dropped."),
    ),
    "ceil-for-floor": Misconception(
        "The size is rounded up where it is rounded down.",
        N_("A last window that does not lie wholly on the padded input is dropped. Which way do you round?"),
    ),
    "dilation-ignored": Misconception(
        "The dilation is left out.",
        N_("The dilation is missing: with gaps between its numbers the kernel covers more cells."),
    ),
    "dilation-times-kernel": Misconception(
        "The span is taken for dilation · kernel; the gaps are one fewer than the cells.",
        N_(
            "You took kernel × dilation for the width of the kernel. Draw a kernel of 3 with dilation 2: how many gaps are there?"
        ),
    ),
    "dilation-zero-based": Misconception(
        "A dilation of 0 is taken for the dense kernel; it is 1.",
        N_("dilation=1 is the ordinary kernel, without gaps. Your formula gives it gaps of 1."),
    ),
    "stride-ignored": Misconception(
        "The stride is left out.", N_("The stride is missing: the window moves that many cells at once.")
    ),
    "divided-by-stride": Misconception(
        "The size is the input divided by the stride.",
        N_("Only the stride is in this result. The window must also lie wholly on the padded input."),
    ),
    "height-width-swapped": Misconception("Height and width are taken for one another."),
    "height-for-width": Misconception("One number of a pair is used for both axes."),
}
