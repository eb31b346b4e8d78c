"""What explorers of a layer share: a kernel's size, a padding as number or name, and the output cell that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course.arithmetic import SizeSteps
from course.explorers.settings import Range, checked
from course.explorers.validate import both_sides, one_of
from course.language import N_

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


def cell_ranges(steps: Callable[[], tuple[SizeSteps, SizeSteps]]) -> dict[str, Range]:
    """The rows and columns that an output has; none where it has no output, and the chosen cell waits where it is."""
    try:
        rows, columns = steps()
    except ValueError:
        return {}
    return {"row": (0, rows.output - 1), "column": (0, columns.output - 1)}
