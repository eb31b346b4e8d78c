"""The picture of the padding explorer: six panels, the padded input and its output above, what is really there below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from torch import Tensor

from course.explorers.drawing import Floats, array, dropped_lines, hidden_panels, image_scale, read_cells
from course.explorers.padding.result import Result
from course.explorers.text import picture_text
from course.figures import (
    Colour,
    Fill,
    Grid,
    Label,
    Layout,
    Map,
    Picture,
    Rectangle,
    Scale,
    backing,
    frame,
    outline,
    place,
    scale_of,
)
from course.language import N_, language

EDGE: Colour = (28, 126, 214)
TINTS: tuple[Colour, ...] = tuple(  # of the padding, from its smallest values to its largest
    (8 + 188 * level // 15, 32 + 190 * level // 15, 84 + 171 * level // 15) for level in range(16)
)
_WIDTH, _HEIGHT = 896, 520
_HEIGHT_WITHOUT_REAL = 274
_PANEL = (284, 230)
_LEFTS, _TOPS = (12, 308, 604), (26, 284)
_ROOM = 3  # cells around the input that are kept free, so that it stays in its place while the padding grows
_TITLES = (
    N_("Input with its padding"),
    N_("Output"),
    N_("Real input cells in the window"),
    N_("What is really there"),
    N_("Output, were that known"),
    N_("Error of the output"),
)


@dataclass(frozen=True)
class _Panel:
    """One of the six small pictures: where its map lies, and where the input lies in it, for comparison."""

    box: Rectangle
    map: Grid
    input: Rectangle


def draw(result: Result, revealed: bool) -> Picture:
    """Above: the padded input, the output, how much of the input each output cell saw. Below: what is really there."""
    boxes = _boxes(result.real is not None)
    items = [*_padded(result, _input_panel(result, boxes[0]))]
    if result.real is not None:
        items += _real(result, _input_panel(result, boxes[3]))
    if revealed:
        items += _outputs(result, [_output_panel(result, box) for box in _output_boxes(boxes)])
    return Picture(_layout(language(), result.real is not None, revealed), tuple(items))


def _boxes(real_is_known: bool) -> list[Rectangle]:
    return [Rectangle(left, top, *_PANEL) for top in _TOPS[: 2 if real_is_known else 1] for left in _LEFTS]


def _output_boxes(boxes: Sequence[Rectangle]) -> list[Rectangle]:
    return [box for index, box in enumerate(boxes) if index % len(_LEFTS)]


@cache
def _layout(_language: str, real_is_known: bool, revealed: bool) -> Layout:
    """The frame of the pictures; one object for each, which is found sooner than an equal one."""
    boxes = _boxes(real_is_known)
    labels = [Label(picture_text(title), box.left, box.top - 8, 14) for title, box in zip(_TITLES, boxes, strict=False)]
    questions, frames = hidden_panels(() if revealed else _output_boxes(boxes))
    height = _HEIGHT if real_is_known else _HEIGHT_WITHOUT_REAL
    return Layout(_WIDTH, height, (*labels, *questions), tuple(frames))


def _input_panel(result: Result, box: Rectangle) -> _Panel:
    """The padded input, so much off the box's top left corner that the input itself stays in its place."""
    rows, columns = result.steps
    room = max(_ROOM, rows.before, rows.after, columns.before, columns.after)
    zoom = min(box.width // (columns.size + 2 * room), box.height // (rows.size + 2 * room))
    left, top = box.left + room * zoom, box.top + room * zoom
    grid = Grid(left - columns.before * zoom, top - rows.before * zoom, rows.padded, columns.padded, zoom, 1)
    return _Panel(box, grid, Rectangle(left, top, columns.size * zoom, rows.size * zoom))


def _output_panel(result: Result, box: Rectangle) -> _Panel:
    """The output, each cell over the middle of its window and as large as a step of the (smaller) stride."""
    around = _input_panel(result, box)
    zoom, stride = around.map.zoom, min(result.call.stride)
    (rows, columns), cell = result.steps, around.map.zoom * stride
    if rows.output * cell > box.height or columns.output * cell > box.width:
        return _Panel(box, place((rows.output, columns.output), box), around.input)
    lefts = []
    for axis, start, first, room in (
        (columns, around.input.left, box.left, box.width),
        (rows, around.input.top, box.top, box.height),
    ):
        middle = start + zoom * (axis.effective_kernel - stride - 2 * axis.before) // 2
        lefts.append(min(max(middle, first), first + room - axis.output * cell))
    return _Panel(box, Grid(lefts[0], lefts[1], rows.output, columns.output, cell, 1), around.input)


def _padded(result: Result, panel: _Panel) -> Iterator[Map | Fill]:
    scale, values = input_scale(result), shown(result.padded)
    yield panel.map.map(values, scale)
    yield from _tinted(result, panel, values, scale)
    yield from frame(panel.input, EDGE, 2)
    yield from dropped_lines(panel.map, *result.steps)
    yield from _window(result, panel)


def _real(result: Result, panel: _Panel) -> Iterator[Map | Fill]:
    assert result.real is not None
    yield panel.map.map(shown(result.real), input_scale(result))
    yield from frame(panel.input, EDGE, 2)
    yield from _window(result, panel)


def _tinted(result: Result, panel: _Panel, values: Floats, scale: Scale) -> Iterator[Fill]:
    """The padding's cells in shades of blue, dark for small values: runs of one shade are one fill."""
    rows, columns = result.steps
    levels = scale.levels(values.astype(np.float64)).clip(0, scale.colormap.N - 1) * len(TINTS) // scale.colormap.N
    inside_rows = range(rows.before, rows.before + rows.size)
    for row in range(rows.padded):
        gaps = ((0, columns.before), (columns.before + columns.size, columns.padded))
        for first, end in gaps if row in inside_rows else ((0, columns.padded),):
            starts = [
                column
                for column in range(first, end)
                if column == first or levels[row, column - 1] != levels[row, column]
            ]
            for start, stop in pairwise([*starts, end]):
                yield Fill(panel.map.box(row, start, 1, stop - start), TINTS[levels[row, start]])


def _window(result: Result, panel: _Panel) -> Iterator[Fill]:
    return read_cells(panel.map, *result.window, apart=max(taps.step for taps in result.window) > 1)


def _outputs(result: Result, panels: Sequence[_Panel]) -> Iterator[Map | Fill]:
    y, scale = array(result.y), output_scale(result)
    maps = [(y, scale), (array(result.seen), Scale(0, result.taps))]
    if result.y_real is not None:
        y_real = array(result.y_real)
        maps += [(y_real, scale), (y - y_real, error_scale(result))]
    for panel, (values, its_scale) in zip(panels, maps, strict=True):
        yield backing(panel.map.box())
        yield panel.map.map(values, its_scale)
        yield from frame(panel.input, EDGE, 1)
        yield from outline(panel.map.box(result.settings.row, result.settings.column, 1, 1))


def shown(image: Tensor) -> Floats:
    """The image as it is drawn: the mean of its channels."""
    return array(image.mean(dim=0))


def input_scale(result: Result) -> Scale:
    """The colours of the input."""
    return image_scale(shown(result.x))


def output_scale(result: Result) -> Scale:
    """One scale for both outputs: the greys of the input where they suffice."""
    outputs = [array(y) for y in (result.y, result.y_real) if y is not None]
    low, high = min(float(y.min()) for y in outputs), max(float(y.max()) for y in outputs)
    if low >= 0 and high <= 1:
        return Scale(0.0, 1.0)
    return scale_of(np.array((low, high)))


def error_scale(result: Result) -> Scale:
    """The scale that holds the errors of all modes, so that they can be compared."""
    return scale_of(np.array(result.worst), signed=True)
