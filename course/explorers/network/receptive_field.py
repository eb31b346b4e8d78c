"""Receptive fields along a chain of layers, by formula: how much a cell sees, how far its neighbour's field is moved, and where.

Each axis by itself. What is no chain of such layers is measured: `course.explorers.network.propagation`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from torch import nn

from course import arithmetic
from course.layers import NORMS, POINTWISE, Axes, Layer, described

Shape = tuple[int, ...]
Box = tuple[range, range]
"""The rows and the columns of a rectangle of cells."""


@dataclass(frozen=True)
class Field:
    """The cells that cell i of an axis sees of an earlier axis, padding counted: from start + i · jump on, span + 1 of them.

    As `course.arithmetic.ReceptiveField`, with `span` for its size − 1. After a transposed convolution jump and span are
    fractions, and a cell sees the whole cells between its ends that its taps hit: `size` at most, and not `exact`.

    Source: Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019.
    """

    span: Fraction = Fraction(0)
    jump: Fraction = Fraction(1)
    start: Fraction = Fraction(0)
    exact: bool = True

    @property
    def size(self) -> int:
        """The cells that a cell sees, padding counted."""
        return int(self.span) + 1

    def cells(self, index: int) -> range:
        """The cells that cell `index` sees, padding counted."""
        first = self.start + index * self.jump
        return range(-int(-first // 1), int((first + self.span) // 1) + 1)

    def through(self, window: Field) -> Field:
        """The field of a layer's output, where this one is its input's, and `window` is what it sees of its input."""
        return Field(
            self.span + window.span * self.jump,
            self.jump * window.jump,
            self.start + window.start * self.jump,
            self.exact and window.exact,
        )

    def joined(self, other: Field) -> Field | None:
        """The field around those of two branches; None when their cells do not move alike."""
        if self.jump != other.jump:
            return None
        start = min(self.start, other.start)
        end = max(self.start + self.span, other.start + other.span)
        return Field(end - start, self.jump, start, self.exact and other.exact)


Fields = tuple[Field, Field]
"""Along the height and the width."""


@dataclass(frozen=True)
class ReceptiveFields:
    """What the cells of a layer's output see of the image.

    `chain` holds the layers from the image to this output, each with the shape of its input, where it is such a chain: then
    the fields are the formula's. It is None where they were measured.
    """

    fields: Fields = (Field(), Field())
    chain: tuple[tuple[Layer, Shape], ...] | None = ()

    def through(self, layer: Layer, shape: Shape, windows: Fields = (Field(), Field())) -> ReceptiveFields:
        """Those of the output of a layer, of whose input, of this shape, each cell of the output sees `windows`."""
        chain = None if self.chain is None else (*self.chain, (layer, shape))
        return ReceptiveFields(through(self.fields, windows), chain)

    def box(self, place: Shape) -> Box | None:
        """The part of the image, padding left out, that reaches an element, (channel, row, column) or (element,).

        None where the fields were measured. Followed backwards along the chain, because padding, strides and dilation can
        leave holes at the ends of a field.
        """
        if self.chain is None:
            return None
        cells: list[Iterable[int]] = [[index] for index in place[-2:]]
        for layer, shape in reversed(self.chain):
            if not all(cells):
                return range(0), range(0)
            if layer.name == "Linear":
                cells = [range(shape[0])]
            elif layer.name == "Flatten":
                cells = _unflattened(cells[0], shape)
            else:
                cells = [_read(layer, shape[1:], axis, indices) for axis, indices in enumerate(cells)]
        rows, columns = (range(min(axis, default=0), max(axis, default=-1) + 1) for axis in cells)
        return (rows, columns) if rows and columns else (range(0), range(0))


def through(fields: Fields, windows: Fields) -> Fields:
    """The fields of an output that sees these windows of an input with these fields."""
    rows, columns = (field.through(window) for field, window in zip(fields, windows, strict=True))
    return rows, columns


def known_layer(module: nn.Module) -> Layer | None:
    """The description of a layer; None for one of another kind, and for one derived from torch's with a forward of its own."""
    layer = described(module)
    if layer is None or getattr(module.forward, "__func__", None) is not getattr(nn, layer.name).forward:
        return None
    return layer


def sliding(module: nn.Module, in_shape: Shape, out_shape: Shape) -> Layer | None:
    """The layer as one that slides over maps; None for a module that does not, or that no formula is known for.

    What turns every number into one of its own has a kernel of one cell.
    """
    layer: Any = module
    known = known_layer(module)
    sizes, outputs = in_shape[1:], out_shape[1:]
    if known is None or len(sizes) != 2 or len(outputs) != 2 or not all((*sizes, *outputs)):
        return None
    if known.slides:
        return known if known.padding_mode == "zeros" and len(known.kernel_size) == 2 else None
    if known.name in POINTWISE or (known.name in NORMS and layer.running_mean is not None):
        return known
    if known.name.startswith("Adaptive") and all(s % o == 0 for s, o in zip(sizes, outputs, strict=True)):
        parts = tuple(size // output for size, output in zip(sizes, outputs, strict=True))
        return replace(known, kernel_size=parts, stride=parts)
    if known.name == "ZeroPad2d":
        left, _right, top, _bottom = layer.padding
        return replace(known, padding=(top, left)) if min(top, left) >= 0 else None
    if (
        known.name == "Upsample"
        and layer.mode == "nearest"
        and not any(o % s for s, o in zip(sizes, outputs, strict=True))
    ):
        factors = tuple(output // size for size, output in zip(sizes, outputs, strict=True))
        return Layer("ConvTranspose2d", kernel_size=factors, stride=factors)
    return None


def windows_of(layer: Layer, out_shape: Shape) -> Fields:
    """What the cells of a sliding layer's output see of its input, padding counted, along height and width."""
    rows, columns = (_window(layer, axis, output) for axis, output in enumerate(out_shape[1:]))
    return rows, columns


def _window(layer: Layer, axis: int, output: int) -> Field:
    kernel, stride, dilation = layer.kernel_size[axis], layer.stride[axis], layer.dilation[axis]
    padding = layer.padding if isinstance(layer.padding, str) else layer.padding[axis]
    if layer.is_transposed:  # cell i sees (i + padding − tap · dilation) / stride, where that is whole
        assert not isinstance(padding, str)
        reach = dilation * (kernel - 1)
        start = Fraction(padding - reach, stride)
        return Field(Fraction(reach, stride), Fraction(1, stride), start, exact=stride == 1)
    field = arithmetic.receptive_field([(kernel, stride, dilation, padding)])
    jump = (
        0 if layer.name.startswith("Adaptive") and output == 1 else field.jump
    )  # one cell, which sees all, stands still
    return Field(Fraction(field.size - 1), Fraction(jump), Fraction(field.start))


def _unflattened(elements: Iterable[int], shape: Shape) -> list[Iterable[int]]:
    """The rows and columns of one element of a flattened map, or of all of them."""
    _channels, height, width = shape
    first, *others = elements
    return [range(height), range(width)] if others else [[first // width % height], [first % width]]


def _read(layer: Layer, shape: Axes, axis: int, indices: Iterable[int]) -> set[int]:
    """The cells of an axis of the input that these cells of the output read, those in the padding left out."""
    if layer.is_transposed:
        reach = layer.reach(shape)[axis]
        return {cell for index in indices for cell in reach[index]}
    size = shape[axis]
    windows = (layer.window(*(index,) * 2)[axis] for index in indices)
    return {cell for window in windows for cell in window if 0 <= cell < size}
