"""What explorers of a layer share: a kernel's size, a padding as number or name, and the output cell that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from course.explorers.settings import Range, both_sides, checked, one_of
from course.language import N_
from course.layers import Steps

PADDINGS = {"number": N_("a number"), "same": N_("'same'"), "valid": N_("'valid'")}


def kernel_size(kind: type, kernel: Any) -> dict[str, Any]:
    """The settings kernel_height and kernel_width of a size, an int or (height, width).

    Raises:
        TypeError, ValueError: for a side that is no int, or out of its range.
    """
    height, width = both_sides(kernel)
    return checked(kind, kernel_height=height, kernel_width=width)


def padding_kind(kind: type, padding: Any) -> dict[str, Any]:
    """The settings padding_kind and padding of a number of cells, 'same' or 'valid'.

    Raises:
        TypeError, ValueError: for anything else.
    """
    if isinstance(padding, str):
        return {"padding_kind": one_of("padding", padding, ("same", "valid"))}
    return checked(kind, padding=padding)


def cell_ranges(steps: Callable[[], Sequence[Steps]]) -> dict[str, Range]:
    """The rows and columns that an output has, or the columns of a signal; none where it has no output: the cell waits."""
    try:
        axes = steps()
    except ValueError:
        return {}
    names = ("row", "column")[-len(axes) :]
    return {name: (0, axis.output - 1) for name, axis in zip(names, axes, strict=True)}
