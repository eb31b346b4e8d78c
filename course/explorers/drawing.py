"""Drawing that explorers share: scales, a padded input's margins, the cells that a window reads, panels still hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from course.arithmetic import SizeSteps
from course.figures import (
    LINE,
    MUTED,
    PADDING,
    UNREACHED,
    WINDOW,
    Colour,
    Fill,
    Grid,
    Label,
    Rectangle,
    Scale,
    frame,
    outline,
    scale_of,
)

Floats = NDArray[np.float32]


def array(tensor: Tensor) -> Floats:
    """The tensor's numbers, not copied."""
    numbers: Floats = tensor.numpy()
    return numbers


def image_scale(x: NDArray[Any]) -> Scale:
    """The colours of an image: greys from 0 to 1 where they suffice."""
    return Scale(0.0, 1.0) if x.min() >= 0 and x.max() <= 1 else scale_of(x)


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
