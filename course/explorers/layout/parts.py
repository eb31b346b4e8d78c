"""The parts of the layout explorer's picture: panels of small maps, memories as strips of cells, and their colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from course.explorers.text import picture_text
from course.figures import INK, MUTED, Colour, Fill, Label, Pixels, Rectangle
from course.language import N_

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Name = tuple[str, Colour | None]

_AXES_GUTTER, _STRIP_LEFT, _ROOM = 48, 124, 760
_LARGEST_MAP_CELL, _LARGEST_CELL, _SMALL_CELL = 40, 20, 10
_ROW_GAP, _RULER_PITCH = 4, 15
_LEVELS = 24
HEIGHT = 76  # of a strip's rows


@dataclass(frozen=True)
class Panel:
    """Small maps in rows and columns, a row for each n; `names` head the columns, each with a colour or none.

    `axes` names what goes down and across in a map; None for values that are only listed.
    """

    box: Rectangle
    rows: int
    names: tuple[Name, ...]
    height: int
    width: int
    largest: int = _LARGEST_MAP_CELL
    axes: tuple[str, str] | None = ("h", "w")

    @cached_property
    def zoom(self) -> int:
        """A cell's side in pixels."""
        across, down = self._pitch
        return max(min((across - 12) // self.width, (down - 8) // self.height, self.largest), 2)

    def cell(self, row: int, column: int, h: int, w: int) -> Rectangle:
        """The pixels of a cell of a map."""
        left, top = self._corner(row, column)
        return Rectangle(left + w * self.zoom, top + h * self.zoom, self.zoom, self.zoom)

    def labels(self) -> Iterator[Label]:
        """The heads of rows and columns."""
        for column, (name, colour) in enumerate(self.names):
            left, top = self._corner(0, column)
            yield Label(name, left + (15 if colour else 0), top - 7, 13, MUTED)
        if self.axes:
            yield Label(f"{self.axes[0]} ↓", self.box.left + 16, self.box.top + 31, 13, MUTED)
            yield Label(f"{self.axes[1]} →", self.box.left + 16, self.box.top + 48, 13, MUTED)
            yield from (
                Label(f"n = {row}", self.box.left, self._corner(row, 0)[1] + 12, 13, MUTED) for row in range(self.rows)
            )

    def swatches(self) -> Iterator[Fill]:
        """The channels' colours beside their names."""
        for column, (_name, colour) in enumerate(self.names):
            if colour:
                left, top = self._corner(0, column)
                yield Fill(Rectangle(left, top - 17, 10, 10), colour)

    @property
    def _gutter(self) -> int:
        return _AXES_GUTTER if self.axes else 0

    @cached_property
    def _pitch(self) -> tuple[int, int]:
        return (self.box.width - self._gutter) // len(self.names), self.box.height // self.rows

    def _corner(self, row: int, column: int) -> tuple[int, int]:
        across, down = self._pitch
        return self.box.left + self._gutter + column * across, self.box.top + row * down


@dataclass(frozen=True)
class Strip:
    """A memory as cells in rows: `block` cells, those of one n, begin a new row, and may take several."""

    top: int
    span: int
    block: int
    columns: int
    zoom: int
    tall: int

    @classmethod
    def of(cls, span: int, blocks: int, top: int, widest: int = _LARGEST_CELL) -> Strip:
        """The strip with the fewest rows that leave the cells wide enough; else with the largest cells."""
        if span % blocks:
            blocks = 1
        block = span // blocks

        def side(rows: int) -> int:
            return min(widest, _ROOM // -(-block // rows), HEIGHT // (blocks * rows) - _ROW_GAP)

        choice = range(1, block + 1)
        rows = next((rows for rows in choice if side(rows) >= min(_SMALL_CELL, widest)), max(choice, key=side))
        tall = min(_LARGEST_CELL + 4, HEIGHT // (blocks * rows) - _ROW_GAP)
        return cls(top, span, block, -(-block // rows), side(rows), tall)

    def cell(self, offset: int) -> Rectangle:
        """The pixels of the cell at this place of memory."""
        block, inside = divmod(offset, self.block)
        row, column = divmod(inside, self.columns)
        row += block * self._rows_of_a_block
        return Rectangle(_STRIP_LEFT + column * self.zoom, self._row_top(row), self.zoom, self.tall)

    def ticks(self) -> Iterator[Label]:
        """The place of the first cell of each row, and how many more it is along the row."""
        step = 10 if 10 * self.zoom >= 60 else 20
        for column in range(step, self.columns, step):
            x = _STRIP_LEFT + column * self.zoom + self.zoom // 2
            yield Label(f"+{column}", x, self.top - 5, 11, MUTED, "center")
        rows = self._rows_of_a_block if self.tall + _ROW_GAP >= 12 else 1
        for block in range(self.span // self.block):
            for row in range(rows):
                y = self._row_top(block * self._rows_of_a_block + row) + min(self.tall // 2 + 4, 15)
                yield Label(str(block * self.block + row * self.columns), _STRIP_LEFT - 10, y, 12, MUTED, "right")

    def rulers(self, strides: Sequence[int]) -> Iterator[Fill]:
        """Each stride as a length: how far one step along an axis goes in memory; open where it leaves the row."""
        left, y = _STRIP_LEFT, self._rulers_top
        for row, stride in enumerate(strides):
            middle = y + row * _RULER_PITCH
            length = min(stride, self.columns) * self.zoom
            ends = [left, left + length - 2][: 1 + (0 < stride <= self.columns)]
            yield from (Fill(Rectangle(end, middle - 4, 2, 8), INK) for end in ends)
            yield Fill(Rectangle(left, middle - 1, length, 2), INK)

    def ruler_labels(self, strides: Sequence[int], revealed: bool) -> Iterator[Label]:
        """What the rulers measure."""
        for row, (axis, stride) in enumerate(zip("NCHW", strides, strict=True)):
            text = picture_text(N_("stride {axis} = {number}")).format(axis=axis, number=stride if revealed else "?")
            y = self._rulers_top + row * _RULER_PITCH + 4
            yield Label(text, _STRIP_LEFT - 10, y, 12, INK, "right")

    @property
    def _rulers_top(self) -> int:
        return self._row_top(self._rows_of_a_block * (self.span // self.block)) + 9

    @cached_property
    def _rows_of_a_block(self) -> int:
        return -(-self.block // self.columns)

    def _row_top(self, row: int) -> int:
        return self.top + row * (self.tall + _ROW_GAP)


@dataclass(frozen=True)
class Tint:
    """Values and channels to colours: dark to bright is low to high, each channel in its own colour."""

    palette: tuple[Colour, ...]
    low: float
    high: float

    @classmethod
    def of(cls, values: Floats, palette: tuple[Colour, ...]) -> Tint:
        """From the lowest value to the highest."""
        low, high = float(values.min()), float(values.max())
        return cls(palette, low, high if high > low else low + 1)

    def __call__(self, values: Floats, channels: Ints) -> Pixels:
        """The colours, an axis of 3 behind those of the values."""
        levels = np.rint((values - self.low) / (self.high - self.low) * (_LEVELS - 1)).astype(np.int64)
        colours: Pixels = _tints(self.palette)[channels % len(self.palette), levels]
        return colours


@cache
def _tints(palette: tuple[Colour, ...]) -> Pixels:
    """The shades of each colour, (colours, levels, 3): from dark over the colour itself to nearly white."""
    level = np.linspace(0, 1, _LEVELS)[:, None]
    shades = []
    for colour in np.array(palette, np.float64):
        towards_black, towards_white = colour * (0.36 + 1.28 * level), colour + (255 - colour) * (1.6 * level - 0.8)
        shades.append(np.where(level < 0.5, towards_black, towards_white))
    tints: Pixels = np.rint(np.stack(shades)).astype(np.uint8)
    return tints


def inner(box: Rectangle, colour: Colour) -> Fill:
    """The cell without the line that parts it from the next one, where there is room for such a line."""
    line = int(box.width > 4)
    return Fill(Rectangle(box.left, box.top, box.width - line, box.height - line), colour)
