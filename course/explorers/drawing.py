"""Drawing that explorers share: scales, a padded input's margins, the cells that a window reads, hidden panels, numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import get_hinting_flag
from matplotlib.font_manager import FontProperties, findfont, get_font
from numpy.typing import NDArray
from torch import Tensor

from course.arithmetic import SizeSteps
from course.figures import (
    DPI,
    LINE,
    MUTED,
    PADDING,
    UNREACHED,
    WINDOW,
    Colour,
    Fill,
    Grid,
    Label,
    Map,
    Rectangle,
    Scale,
    frame,
    outline,
    scale_of,
)

Floats = NDArray[np.float32]

_GREYS = Scale(0.0, 1.0)
_INK, _MUTED = 0.13, 0.44  # how light the text is: 0 is black, 1 the paper
_FAMILY = "DejaVu Sans"  # comes with matplotlib


def array(tensor: Tensor) -> Floats:
    """The tensor's numbers, not copied."""
    numbers: Floats = tensor.numpy()
    return numbers


def image_scale(x: NDArray[Any]) -> Scale:
    """The colours of an image: greys from 0 to 1 where they suffice."""
    return Scale(0.0, 1.0) if x.min() >= 0 and x.max() <= 1 else scale_of(x)


def block_around(chosen: int, count: int, size: int = 8) -> range:
    """The block of so many maps that the chosen one is in, of all maps."""
    first = chosen // size * size
    return range(first, min(first + size, count))


@lru_cache(maxsize=16)  # for picture and description
def map_scales(y: Tensor, shown: range) -> dict[int, Scale]:
    """The scale of each map shown of an output, (C, …): one for all that have negative values, a grey one for the others."""
    maps = array(y)[shown.start : shown.stop].reshape(len(shown), -1)
    lows, highs = maps.min(axis=1), maps.max(axis=1)
    signed, scales = lows < 0, {}
    for kind in np.unique(signed).tolist():
        scales[kind] = scale_of(np.concatenate([lows[signed == kind], highs[signed == kind]]), kind)
    return {index: scales[kind] for index, kind in zip(shown, signed.tolist(), strict=True)}


def padding_strips(grid: Grid, rows: SizeSteps, columns: SizeSteps) -> Iterator[Fill]:
    """The padding around the input, in one colour; the grid is that of the padded input."""
    strips = (
        (0, 0, rows.before, grid.columns),
        (rows.before + rows.size, 0, rows.after, grid.columns),
        (rows.before, 0, rows.size, columns.before),
        (rows.before, columns.before + columns.size, rows.size, columns.after),
    )
    yield from (Fill(grid.box(*strip), PADDING) for strip in strips if strip[2] and strip[3])


def dropped_lines(grid: Grid, rows: SizeSteps, columns: SizeSteps) -> Iterator[Fill]:
    """The lines at the far ends of the padded input that no window reaches: what the floor drops."""
    if rows.dropped:
        yield Fill(grid.box(rows.padded - rows.dropped, 0, rows.dropped), UNREACHED)
    if columns.dropped:
        yield Fill(grid.box(0, columns.padded - columns.dropped, None, columns.dropped), UNREACHED)


def read_cells(grid: Grid, rows: Sequence[int], columns: Sequence[int], apart: bool) -> Iterator[Fill]:
    """The outline of the cells that a window reads, and a dot in each where they stand apart."""
    if apart and grid.step == 1:
        dot = max(grid.zoom // 2, 1)
        inset = (grid.zoom - dot) // 2
        for row in rows:
            for column in columns:
                cell = grid.box(row, column, 1, 1)
                yield Fill(Rectangle(cell.left + inset, cell.top + inset, dot, dot), WINDOW)
    top, left = min(rows), min(columns)
    yield from outline(grid.box(top, left, max(rows) - top + 1, max(columns) - left + 1))


def hidden_panels(
    boxes: Iterable[Rectangle], colour: Colour = LINE, thickness: int = 2
) -> tuple[list[Label], list[Fill]]:
    """Open frames with a question mark each, where the answer to a question will be. Filled ones cost too many colours."""
    labels: list[Label] = []
    fills: list[Fill] = []
    for box in boxes:
        fills += frame(box, colour, thickness)
        labels.append(Label("?", box.left + box.width // 2, box.top + box.height // 2 + 12, 36, MUTED, "center"))
    return labels, fills


def lettering(
    text: str, x: int, baseline: int, size: int = 13, *, anchor: str = "left", bold: bool = False, muted: bool = False
) -> Map:
    """A line of text as a map of greys; what a label of these settings would look like.

    For numbers that change while a slider moves: a label belongs to a picture's layout, and a new layout costs a full
    drawing. A map costs next to nothing, and means the same pixels to matplotlib and to whoever pastes them.

    Args:
        text: what the font DejaVu Sans can write: numbers, signs, untranslated names. Not empty.
        x, baseline: where the baseline begins, or has its middle or end, as `anchor` says.
        size: in pixels.
        anchor: left, center or right.
    """
    opacity, descent = _opacity(text, size, bold)
    height, width = opacity.shape
    left = x - {"left": 0, "center": width // 2, "right": width}[anchor]
    lightness = 1 - opacity * (1 - (_MUTED if muted else _INK))
    return Map(lightness, _GREYS, left, baseline + descent + 1 - height, 1)


@lru_cache(maxsize=1024)
def _opacity(text: str, size: int, bold: bool) -> tuple[NDArray[np.float64], int]:
    """The text's opacity from 0 to 1, (height, width), and how many of its rows lie below that of the baseline."""
    font = get_font(findfont(FontProperties(family=_FAMILY, weight="bold" if bold else "normal")))
    font.set_size(size * 72 / DPI, DPI)
    font.set_text(text, 0.0, flags=get_hinting_flag())
    font.draw_glyphs_to_bitmap(antialiased=True)
    image = np.asarray(font.get_image(), dtype=np.float64) / 255
    return image, math.ceil(font.get_descent() / 64)
