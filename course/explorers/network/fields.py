"""Receptive fields by formula: how a layer changes what a cell sees, and what each cell of a tensor sees."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Ints = NDArray[np.int64]
NOTHING = 1 << 40  # the first cell of no cells at all; their last one is its negative


@dataclass(frozen=True)
class Field:
    """What cell i of an axis sees, padding counted: the input from start + i · jump on, span + 1 cells of it.

    As `course.arithmetic.ReceptiveField`, with `span` for its size − 1. After a transposed convolution jump and span are
    fractions, and a cell sees the whole cells between its ends that its taps hit: `size` at most, and not `exact`.
    `count` is the number of cells.

    Source: Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019.
    """

    span: Fraction
    jump: Fraction
    start: Fraction
    count: int
    exact: bool = True

    @property
    def size(self) -> int:
        """The cells of the input that a cell sees, padding counted."""
        return math.floor(self.span) + 1

    @classmethod
    def of_cell(cls, count: int = 1) -> Field:
        """Of the input itself: every cell sees itself."""
        return cls(Fraction(0), Fraction(1), Fraction(0), count)

    def cells(self, index: int) -> range:
        """What cell `index` sees, padding counted."""
        first = math.ceil(self.start + index * self.jump)
        return range(first, math.floor(self.start + index * self.jump + self.span) + 1)

    def slid(self, taps: int, dilation: int, stride: int, before: int, count: int) -> Field:
        """After a kernel has been slid over this axis."""
        reach = dilation * (taps - 1)
        start = self.start - before * self.jump
        return Field(self.span + reach * self.jump, self.jump * stride, start, count, self.exact)

    def spread(self, taps: int, dilation: int, stride: int, before: int, count: int) -> Field:
        """After a transposed convolution: cell i sees (i + before − tap · dilation) / stride, where that is whole."""
        step, reach = self.jump / stride, dilation * (taps - 1)
        start = self.start + (before - reach) * step
        return Field(self.span + reach * step, step, start, count, self.exact and stride == 1)

    def gathered(self) -> Field:
        """All cells together, as one."""
        return Field(self.span + (self.count - 1) * self.jump, Fraction(0), self.start, 1, self.exact)

    def joined(self, other: Field) -> Field | None:
        """Two branches together: the box around both; None when their cells do not move alike."""
        if self.count > 1 and other.count > 1 and (self.jump != other.jump or self.count != other.count):
            return None
        moving = self if self.count > 1 else other
        if self.count != other.count and moving.jump:
            return None
        start = min(self.start, other.start)
        span = max(self.start + self.span, other.start + other.span) - start
        return Field(span, moving.jump, start, moving.count, self.exact and other.exact)


class Seen(NamedTuple):
    """Which input cells reach each element of a tensor: on both axes the first and the last, padding left out.

    The arrays have as many axes as the tensor, of its sizes or 1; an element that sees nothing has NOTHING as first.
    """

    first: tuple[Ints, Ints]
    last: tuple[Ints, Ints]
    fields: tuple[Field, Field] | None

    @classmethod
    def of_input(cls, height: int, width: int) -> Seen:
        """An image (1, C, height, width): every cell sees itself."""
        rows, columns = np.arange(height).reshape(1, 1, -1, 1), np.arange(width).reshape(1, 1, 1, -1)
        return cls((rows, columns), (rows, columns), (Field.of_cell(height), Field.of_cell(width)))

    def box(self, index: Sequence[int]) -> tuple[range, range]:
        """The rows and the columns of the input that reach this element."""
        rows, columns = (
            range(int(first[place]), int(last[place]) + 1)
            for first, last in zip(self.first, self.last, strict=True)
            for place in [tuple(i if size > 1 else 0 for i, size in zip(index, first.shape, strict=True))]
        )
        return (rows, columns) if rows and columns else (range(0), range(0))

    def shaped(self, change: Callable[[Ints], Ints], fields: tuple[Field, Field] | None) -> Seen:
        """With every array changed alike."""
        first, last = (tuple(change(array) for array in pair) for pair in (self.first, self.last))
        return Seen((first[0], first[1]), (last[0], last[1]), fields)

    def reduced(self, axes: Sequence[int], keep: bool) -> Seen:
        """Each element sees what those along these axes see together."""
        first = tuple(array.min(axis=tuple(axes), keepdims=keep) for array in self.first)
        last = tuple(array.max(axis=tuple(axes), keepdims=keep) for array in self.last)
        fields, ndim = self.fields, self.first[0].ndim
        if fields is not None:
            spatial = [ndim - 2, ndim - 1] if ndim == 4 else [1, 1]  # a vector's elements lie on both
            gathered = [axis in {a % ndim for a in axes} for axis in spatial]
            fields = pair(f.gathered() if all_ else f for f, all_ in zip(fields, gathered, strict=True))
        return Seen((first[0], first[1]), (last[0], last[1]), fields)

    def joined(self, other: Seen) -> Seen:
        """Each element sees what its two sources see."""
        first = tuple(np.minimum(a, b) for a, b in zip(self.first, other.first, strict=True))
        last = tuple(np.maximum(a, b) for a, b in zip(self.last, other.last, strict=True))
        fields = None
        if self.fields is not None and other.fields is not None:
            rows, columns = (a.joined(b) for a, b in zip(self.fields, other.fields, strict=True))
            fields = None if rows is None or columns is None else (rows, columns)
        return Seen((first[0], first[1]), (last[0], last[1]), fields)


def pair(values: Iterable[T]) -> tuple[T, T]:
    """The two values of two axes."""
    first, second = values
    return first, second
