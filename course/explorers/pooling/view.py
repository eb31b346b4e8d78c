"""The picture of the pooling explorer: the image with its windows beside the output; below them the two experiments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from course.explorers.drawing import array, dropped_lines, hidden_panels, image_scale, padding_strips
from course.explorers.pooling.result import Result
from course.explorers.text import picture_text
from course.figures import (
    WINDOW,
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

WINNER: Colour = (224, 49, 49)
_WIDTH = 896
_LARGE, _SMALL = (436, 400), (288, 260)
_LEFT, _TOP, _GAP, _TITLE = 12, 28, 8, 26
_GRADIENT = N_("Gradient of the output's sum")
_SHIFTED = (N_("The image, moved"), N_("Output of the moved image"), N_("Its difference from the output"))


def draw(result: Result, revealed: bool) -> Picture:
    """The image and the output, and with them the gradient and the moved image where they are asked for."""
    settings = result.settings
    boxes = _boxes(settings.gradient, settings.shift > 0)
    items = [*_input(result, boxes[0])]
    if settings.shift:
        items += _moved_input(result, boxes[-3])
    if revealed:
        items += _output(result, boxes[1])
        if settings.gradient:
            items += _gradient(result, boxes[2])
        if settings.shift:
            items += _moved_output(result, boxes[-2:])
    return Picture(_layout(settings.gradient, settings.shift > 0, revealed, language()), tuple(items))


@cache
def _boxes(gradient: bool, shifted: bool) -> tuple[Rectangle, ...]:
    """The boxes of the input, the output, then the gradient's if there is one, then the three of the moved image."""
    width, height = _SMALL if gradient or shifted else _LARGE
    columns = [_LEFT + column * (width + _GAP) for column in range(3)]
    boxes = [Rectangle(left, _TOP, width, height) for left in columns[: 3 if gradient else 2]]
    if shifted:
        boxes += [Rectangle(left, _TOP + height + _TITLE + _GAP, width, height) for left in columns]
    return tuple(boxes)


@cache
def _layout(gradient: bool, shifted: bool, revealed: bool, _language: str) -> Layout:
    """The titles, and frames where the answer is still hidden."""
    boxes = _boxes(gradient, shifted)
    titles = [N_("Input"), N_("Output"), *([_GRADIENT] if gradient else []), *(_SHIFTED if shifted else ())]
    labels = [
        Label(picture_text(title), box.left, box.top - 9, 14, bold=title in (N_("Input"), N_("Output")))
        for title, box in zip(titles, boxes, strict=True)
    ]
    hidden = () if revealed else [box for box in boxes[1:] if box is not (boxes[-3] if shifted else None)]
    questions, frames = hidden_panels(hidden)
    bottom = boxes[-1].top + boxes[-1].height + 8
    return Layout(_WIDTH, bottom, (*labels, *questions), tuple(frames))


def _input(result: Result, box: Rectangle) -> Iterator[Map | Fill]:
    grid, inside = _grids(result, box)
    yield backing(grid.box())
    if result.steps is not None:
        yield from padding_strips(grid, *result.steps)
    yield inside.map(array(result.x), input_scale(result))
    if result.steps is not None:
        yield from dropped_lines(grid, *result.steps)
    yield from _winners(result, inside)
    yield from outline(_window_box(result, grid, inside))
    if result.winner is not None:
        yield from frame(_shrunk(inside.box(*result.winner, 1, 1)), WINNER, 2 if inside.zoom > 8 else 1)


def _grids(result: Result, box: Rectangle) -> tuple[Grid, Grid]:
    """Where the padded image lies, and the image in it."""
    height, width = result.x.shape
    if result.steps is None:
        grid = place((height, width), box)
        return grid, grid
    rows, columns = result.steps
    grid = place((rows.padded, columns.padded), box)
    corner = grid.box(rows.before, columns.before, 1, 1)
    return grid, Grid(corner.left, corner.top, height, width, grid.zoom, grid.step)


def _window_box(result: Result, grid: Grid, inside: Grid) -> Rectangle:
    """The chosen cell's window, its padding included."""
    call, settings = result.settings.call(), result.settings
    if call is None or result.steps is None:
        rows, columns = result.window
        return inside.box(rows.start, columns.start, len(rows), len(columns))
    return grid.box(settings.row * settings.stride, settings.column * settings.stride, settings.kernel, settings.kernel)


def _winners(result: Result, inside: Grid) -> Iterator[Fill]:
    """A dot in each pixel that is the largest of some window."""
    if result.winners is None or inside.step > 1 or inside.zoom < 3:
        return
    dot = max(inside.zoom // 4, 1)
    inset = (inside.zoom - dot) // 2
    for row, column in result.winners.nonzero().tolist():
        cell = inside.box(row, column, 1, 1)
        yield Fill(Rectangle(cell.left + inset, cell.top + inset, dot, dot), WINNER)


def _shrunk(box: Rectangle) -> Rectangle:
    """The box without a rim of two pixels, so that a frame around it stays inside."""
    rim = 2 if box.width > 8 else 1 if box.width > 4 else 0
    return Rectangle(box.left + rim, box.top + rim, box.width - 2 * rim, box.height - 2 * rim)


def _output(result: Result, box: Rectangle) -> Iterator[Map | Fill]:
    grid = place(result.y.shape, box)
    yield backing(grid.box())
    yield grid.map(array(result.y), output_scale(result))
    yield from outline(grid.box(result.settings.row, result.settings.column, 1, 1))


def _gradient(result: Result, box: Rectangle) -> Iterator[Map | Fill]:
    """Over the image's own place, so that pixel and gradient can be compared."""
    grid, inside = _grids(result, box)
    yield backing(inside.box())
    yield inside.map(array(result.gradient), gradient_scale(result))
    yield from outline(_window_box(result, grid, inside), WINDOW)


def _moved_input(result: Result, box: Rectangle) -> Iterator[Map | Fill]:
    assert result.shifted is not None
    grid = place(result.x.shape, box)
    yield backing(grid.box())
    yield grid.map(array(result.shifted.x), input_scale(result))


def _moved_output(result: Result, boxes: tuple[Rectangle, ...]) -> Iterator[Map | Fill]:
    assert result.shifted is not None
    grid, beside = (place(result.y.shape, box) for box in boxes)
    yield backing(grid.box())
    yield grid.map(array(result.shifted.y), output_scale(result))
    yield backing(beside.box())
    yield beside.map(array(result.shifted.y - result.y), difference_scale(result))


def input_scale(result: Result) -> Scale:
    """The colours of the image."""
    return image_scale(array(result.x))


def output_scale(result: Result) -> Scale:
    """Those of the image too: pooling makes nothing larger or smaller than it was; a learner's own might."""
    scale = input_scale(result)
    low, high = float(result.y.min()), float(result.y.max())
    return scale if scale.low <= low and high <= scale.high else scale_of(np.array((low, high)))


def gradient_scale(result: Result) -> Scale:
    """From 0, black, to the largest gradient."""
    return scale_of(array(result.gradient))


def difference_scale(result: Result) -> Scale:
    """Alike on both sides of 0, as wide as the colours of the output: a small difference looks small."""
    scale = output_scale(result)
    return Scale(-(scale.high - scale.low) / 2, (scale.high - scale.low) / 2, signed=True)
