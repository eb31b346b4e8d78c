"""How the network explorer looks: the input with what a cell sees of it, the cell's gradient, feature maps and scores."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from course.explorers.drawing import Floats, hidden_panels, image_scale
from course.explorers.network.gradient_reach import Measured
from course.explorers.network.result import Result
from course.explorers.network.tiles import MAPS, bars, maps_box, page, page_tiles
from course.explorers.text import picture_text
from course.figures import (
    INK,
    LINE,
    MUTED,
    PADDING,
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

BAR: Colour = (28, 126, 214)
_WIDTH, _HEIGHT = 896, 520
_INPUT, _HEAT = Rectangle(12, 28, 224, 224), Rectangle(12, 284, 224, 224)
_SCORES = Rectangle(284, 422, 600, 72)
_MOST_BARS = 32
_TITLE_LENGTH = 70

_TITLES = {
    "input": N_("Input, and what the cell sees"),
    "heat": N_("Gradient of the cell"),
    "maps": N_("Output of layer {number}, {name}: {kind}"),
    "scores": N_("The whole network's output, as softmax"),
    "none": N_("No layer gave an output"),
}


@dataclass(frozen=True)
class _Look:
    """What a layout depends on: everything that is written or framed, and no values."""

    language: str
    title: str
    tiles: tuple[Rectangle, ...]
    first: int
    bars: tuple[Rectangle, ...]
    scores: int
    revealed: bool


def draw(result: Result, revealed: bool) -> Picture:
    """Left: the input and the chosen cell's gradient. Right: the chosen layer's output; below it, the network's."""
    scores = result.scores if revealed else None
    box = maps_box(scores is not None)
    items: list[Map | Fill] = list(_input(result, revealed))
    tiles: tuple[Rectangle, ...] = ()
    value_bars: tuple[Rectangle, ...] = ()
    first = 0
    if revealed:
        items += _heat(result)
        row = result.row
        if row is not None and row.maps.dim() == 3:
            shown = page_of(result)
            tiles, first = page_tiles(row.maps.shape, shown, box), shown.start
            items += _maps(result, shown, tiles)
        elif row is not None and row.maps.dim() == 1 and len(row.maps) <= _MOST_BARS:
            height = min(box.height - 34, 240)
            value_bars = bars(len(row.maps), Rectangle(box.left + 20, box.top + 10, box.width - 20, height))
            items += _values(result, value_bars)
        elif row is not None:
            items += _raster(result, box)
    if scores is not None:
        items += _score_bars(scores)
    look = _Look(language(), _title(result), tiles, first, value_bars, 0 if scores is None else len(scores), revealed)
    return Picture(_layout(look), tuple(items))


def page_of(result: Result) -> range:
    """The feature maps that are shown: so many, with the chosen one among them."""
    assert result.row is not None
    return page(result.row.maps.shape, result.place[0], maps_box(result.scores is not None))


@lru_cache(maxsize=64)
def _layout(look: _Look) -> Layout:
    """The frame of the pictures; one object for each, which is found sooner than an equal one."""
    labels = [
        Label(picture_text(_TITLES["input"]), _INPUT.left, _INPUT.top - 9, 14),
        Label(picture_text(_TITLES["heat"]), _HEAT.left, _HEAT.top - 9, 14),
        Label(look.title, MAPS.left, MAPS.top - 9, 14),
    ]
    questions, fills = hidden_panels(() if look.revealed else (_HEAT, MAPS))
    labels += questions
    for number, tile in enumerate(look.tiles, look.first):
        labels.append(Label(str(number), tile.left, tile.top - 3, 11, MUTED))
    for number, bar in enumerate(look.bars):
        labels.append(Label(str(number), bar.left + bar.width // 2, bar.top + bar.height + 14, 11, MUTED, "center"))
    if look.scores:
        labels.append(Label(picture_text(_TITLES["scores"]), MAPS.left, _SCORES.top - 12, 14))
        labels += [
            Label("1", _SCORES.left - 6, _SCORES.top + 5, 11, MUTED, "right"),
            Label("0", _SCORES.left - 6, _SCORES.top + _SCORES.height + 3, 11, MUTED, "right"),
        ]
        fills += [Fill(Rectangle(_SCORES.left, y, _SCORES.width, 1), LINE) for y in _lines(_SCORES)]
        for number, bar in enumerate(bars(look.scores, _SCORES)):
            middle = bar.left + bar.width // 2
            labels.append(Label(str(number), middle, _SCORES.top + _SCORES.height + 16, 12, INK, "center"))
    return Layout(_WIDTH, _HEIGHT, tuple(labels), tuple(fills))


def _lines(box: Rectangle) -> tuple[int, int]:
    return box.top, box.top + box.height


def _title(result: Result) -> str:
    row = result.row
    if row is None or result.index is None:
        return picture_text(_TITLES["none"])
    title = picture_text(_TITLES["maps"]).format(number=result.index + 1, name=row.name, kind=row.kind)
    return title.replace(f", {row.name}:", ":", 1) if result.texts or not row.name else title[:_TITLE_LENGTH]


def _input(result: Result, revealed: bool) -> Iterator[Map | Fill]:
    values = drawn_input(result.x)
    grid = place(values.shape, _INPUT)
    yield backing(grid.box())
    yield grid.map(values, image_scale(drawn_input(result.x)))
    if revealed:
        yield from _box(result, grid)


def _heat(result: Result) -> Iterator[Map | Fill]:
    if not isinstance(result.reached, Measured):
        yield from frame(_HEAT, LINE, 1)
        return
    gradient = _array(result.reached.gradient)
    grid = place(gradient.shape, _HEAT)
    yield backing(grid.box())
    yield grid.map(gradient, heat_scale(result))
    yield from _unreached(result.reached, grid)
    yield from _box(result, grid)


def _unreached(reached: Measured, grid: Grid) -> Iterator[Fill]:
    """Cells that cannot change the chosen one, in blue: equal rows are one fill for each run."""
    open_cells = reached.reach.numpy()[:: grid.step, :: grid.step]
    starts = [0, *(row for row in range(1, len(open_cells)) if (open_cells[row] != open_cells[row - 1]).any())]
    for top, bottom in pairwise([*starts, len(open_cells)]):
        line = open_cells[top]
        edges = [0, *(np.flatnonzero(line[1:] != line[:-1]) + 1).tolist(), len(line)]
        for left, right in pairwise(edges):
            if not line[left]:
                zoom = grid.zoom
                box = Rectangle(
                    grid.left + left * zoom, grid.top + top * zoom, (right - left) * zoom, (bottom - top) * zoom
                )
                yield Fill(box, PADDING)


def _box(result: Result, grid: Grid) -> Iterator[Fill]:
    """The outline of what the chosen cell sees: by the formula, and where there is none as measured."""
    rows, columns = result.box or (range(0), range(0))
    if rows and columns:
        yield from outline(grid.box(rows.start, columns.start, len(rows), len(columns)))


def _maps(result: Result, page: range, tiles: tuple[Rectangle, ...]) -> Iterator[Map | Fill]:
    assert result.row is not None
    scale, maps = maps_scale(result), result.row.maps
    for number, tile in zip(page, tiles, strict=True):
        values = _array(maps[number])
        grid = place(values.shape, tile)
        yield backing(grid.box())
        yield grid.map(values, scale)
        if number == result.place[0]:
            yield from frame(grid.box(), WINDOW, 2)
            if values.size > 1:
                yield from outline(grid.box(result.place[1], result.place[2], 1, 1))


def _values(result: Result, places: tuple[Rectangle, ...]) -> Iterator[Fill]:
    """A short vector as bars, up and down from 0."""
    assert result.row is not None
    values = _array(result.row.maps)
    high, low = max(float(values.max()), 0.0), min(float(values.min()), 0.0)
    span = (high - low) or 1.0
    zero = places[0].top + round(places[0].height * (high / span if high or low else 1))
    for number, (value, bar) in enumerate(zip(values.tolist(), places, strict=True)):
        length = round(abs(value) / span * bar.height)
        top = zero - length if value > 0 else zero
        box = Rectangle(bar.left, top, bar.width, max(length, 1))
        yield Fill(box, BAR)
        if number == result.place[0]:
            yield from outline(box)
    yield Fill(Rectangle(places[0].left, zero, places[-1].left + places[-1].width - places[0].left, 1), INK)


def _raster(result: Result, box: Rectangle) -> Iterator[Map | Fill]:
    """A long vector, or what is no image, as a table of squares: element after element, line after line."""
    assert result.row is not None
    values = _array(result.row.maps).ravel()
    if not values.size:
        return
    columns = min(len(values), math.ceil(math.sqrt(len(values) * box.width / box.height)))
    rows = -(-len(values) // columns)
    grid = place((rows, columns), box)
    padded = np.zeros(rows * columns, np.float32)
    padded[: len(values)] = values
    yield backing(grid.box())
    yield grid.map(padded.reshape(rows, columns), maps_scale(result))
    missing = rows * columns - len(values)
    if missing:
        yield Fill(grid.box(rows - 1, columns - missing, 1, missing), LINE)
    if result.row.maps.dim() == 1:
        yield from outline(grid.box(result.place[0] // columns, result.place[0] % columns, 1, 1))


def _score_bars(scores: Floats) -> Iterator[Fill]:
    best = int(scores.argmax())
    for number, (score, bar) in enumerate(zip(scores.tolist(), bars(len(scores), _SCORES), strict=True)):
        length = max(round(score * bar.height), 1)
        box = Rectangle(bar.left, bar.top + bar.height - length, bar.width, length)
        yield Fill(box, BAR)
        if number == best:
            yield from frame(box, WINDOW, 2)


def drawn_input(image: Tensor) -> Floats:
    """The input as it is drawn: the mean of its channels; a vector line by line."""
    if image.dim() == 3:
        return _array(image.mean(dim=0))
    values = _array(image)
    columns = math.ceil(math.sqrt(len(values)))
    padded = np.zeros(-(-len(values) // columns) * columns, np.float32)
    padded[: len(values)] = values
    return padded.reshape(-1, columns)


def maps_scale(result: Result) -> Scale:
    """One scale for all of a layer's maps, so that they can be compared."""
    assert result.row is not None
    return scale_of(_array(result.row.maps))


def heat_scale(result: Result) -> Scale:
    """From no gradient to the largest."""
    assert isinstance(result.reached, Measured)
    return scale_of(_array(result.reached.gradient), signed=False)


def _array(tensor: Tensor) -> Floats:
    array: Floats = torch.nan_to_num(tensor.float(), 0.0, 0.0, 0.0).numpy()
    return array
