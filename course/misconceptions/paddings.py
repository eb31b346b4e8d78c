"""Known mistakes in the zeros that keep a size: how an even kernel's padding is shared, and what dilation does to it."""

from __future__ import annotations

from collections.abc import Callable

from course import arithmetic
from course.language import N_
from course.misconceptions import Misconception, Misconceptions

Sides = tuple[int, int]
"""Cells (before, after) on one axis."""

Share = Callable[[int, int], Sides]
"""Of (kernel, dilation): the cells of padding on either side; `arithmetic.same_padding` is the right one."""


def shared(total: int) -> Sides:
    """So many cells on two sides, the odd one after."""
    return total // 2, total - total // 2


def half(kernel: int, dilation: int = 1) -> Sides:
    """`half-even-kernel`: half of the kernel's span on both sides."""
    span = arithmetic.effective_kernel(kernel, dilation)
    return span // 2, span // 2


def half_dilated(kernel: int, dilation: int = 1) -> Sides:
    """`half-even-kernel`: half of the kernel on both sides, multiplied by the dilation."""
    return dilation * (kernel // 2), dilation * (kernel // 2)


def odd_cell_before(kernel: int, dilation: int = 1) -> Sides:
    """`extra-cell-before`: the larger half stands before."""
    before, after = arithmetic.same_padding(kernel, dilation)
    return after, before


def odd_cell_dropped(kernel: int, dilation: int = 1) -> Sides:
    """`extra-cell-dropped`: the smaller half on both sides."""
    before, _after = arithmetic.same_padding(kernel, dilation)
    return before, before


def halved_before_dilated(kernel: int, dilation: int = 1) -> Sides:
    """`halved-before-dilated`: the cells of the kernel without holes are shared, then multiplied by the dilation."""
    return dilation * ((kernel - 1) // 2), dilation * (kernel // 2)


def undilated(kernel: int, dilation: int = 1) -> Sides:
    """`dilation-ignored`: the padding of the kernel without holes."""
    return arithmetic.same_padding(kernel)


MISCONCEPTIONS: Misconceptions = {
    "half-even-kernel": Misconception(
        "k // 2 on both sides gives an even kernel one cell too many.",
        N_(
            "Half of an even kernel on both sides is one cell too many. Before and after must add up to the span minus 1."
        ),
    ),
    "extra-cell-before": Misconception(
        "The cell that is left over stands in front; torch puts it behind.",
        N_(
            "The number is right, the side is not. When the cells cannot be shared evenly, torch puts the odd one after."
        ),
    ),
    "extra-cell-dropped": Misconception(
        "An even kernel's last cell of padding is dropped.",
        N_("Both sides got the smaller half, so one cell is missing. Do the two add up to the span minus 1?"),
    ),
    "halved-before-dilated": Misconception(
        "The padding is halved before the dilation multiplies it.",
        N_("The number is right, the shares are not: you shared the cells first and multiplied by the dilation then."),
    ),
    "dilation-ignored:span": N_(
        "Dilation spreads the kernel's numbers apart. How many cells does it span from the first to the last?"
    ),
    "dilation-times-kernel:span": N_(
        "A dilated kernel spans fewer than kernel × dilation cells: there are gaps between its numbers only, none after the last."
    ),
    "kernel-for-padding": Misconception("The padding is as long as the whole kernel."),
    "padding-ignored": N_("No border was added at all."),
    "border-not-zero": Misconception(
        "The border is not zeros, or its zeros do not count.",
        N_("Beyond the border are zeros here, not copies of the border."),
    ),
    "bias-ignored": N_("The values fit a layer without its bias."),
}
