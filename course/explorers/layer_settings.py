"""What explorers of a layer share: a kernel's size, a padding as number or name, a learner's layer, the output cell chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from course.explorers.settings import Range, both_sides, checked, one_of
from course.language import N_
from course.layers import Layer, Steps

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


def layer_values(layer: Layer) -> dict[str, Any]:
    """The settings that show a learner's layer: its kernel, maps and bias, stride and padding along its first axis."""
    height, width = layer.kernel_size[0], layer.kernel_size[-1]
    is_named = isinstance(layer.padding, str)
    return {
        "kernel_height": height,
        "kernel_width": width,
        "square": height == width,
        "stride": layer.stride[0],
        **({"padding_kind": layer.padding} if is_named else {"padding_kind": "number", "padding": layer.padding[0]}),
        "out_channels": layer.out_channels,
        "bias": layer.bias,
    }


def with_control(settings: Any, name: str, value: Any) -> Any:
    """The settings after a control has been moved; the width of a square kernel follows its height."""
    settings = replace(settings, **{name: value})
    if settings.square and name in ("kernel_height", "square"):
        settings = replace(settings, kernel_width=settings.kernel_height)
    return settings


def cell_ranges(steps: Callable[[], Sequence[Steps]]) -> dict[str, Range]:
    """The rows and columns that an output has, or the columns of a signal; none where it has no output: the cell waits."""
    try:
        axes = steps()
    except ValueError:
        return {}
    names = ("row", "column")[-len(axes) :]
    return {name: (0, axis.output - 1) for name, axis in zip(names, axes, strict=True)}
