"""How the network explorer looks: the input with what a cell sees of it, the cell's gradient, feature maps and scores."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from course.explorers.network.reach import Measured
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

if TYPE_CHECKING:
    from course.explorers.network import Result

Floats = NDArray[np.float32]

BAR: Colour = (28, 126, 214)
_WIDTH, _HEIGHT = 896, 520
_INPUT, _HEAT = Rectangle(12, 28, 224, 224), Rectangle(12, 284, 224, 224)
_MAPS, _MAPS_ABOVE_SCORES = Rectangle(264, 28, 620, 480), Rectangle(264, 28, 620, 356)
_SCORES = Rectangle(284, 422, 600, 72)
_PAGES = (24, 15, 12, 8, 6, 4, 2, 1)  # how many maps may be shown at once
_LEAST_SIDE = 60  # pixels of a map; where they are less, fewer maps are shown
_MOST_BARS, _MOST_SCORES = 32, 20
_GAP, _NUMBER = 8, 15  # between maps, and the height of a map's number
_LARGEST_MAP = 224
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
    scores = scores_of(result) if revealed else None
    room = _room(scores is not None)
    items: list[Map | Fill] = list(_input(result, revealed))
    tiles: tuple[Rectangle, ...] = ()
    bars: tuple[Rectangle, ...] = ()
    first = 0
    if revealed:
        items += _heat(result)
        row = result.row
        if row is not None and row.maps.dim() == 3:
            page = page_of(result)
            tiles, first = _tiles(min(_size_of_pages(result), row.maps.shape[0]), room)[: len(page)], page.start
            items += _maps(result, page, tiles)
        elif row is not None and row.maps.dim() == 1 and len(row.maps) <= _MOST_BARS:
            bars = _bars(
                len(row.maps), Rectangle(room.left + 20, room.top + 10, room.width - 20, min(room.height - 34, 240))
            )
            items += _values(result, bars)
        elif row is not None:
            items += _raster(result, room)
    if scores is not None:
        items += _score_bars(scores)
    look = _Look(language(), _title(result), tiles, first, bars, 0 if scores is None else len(scores), revealed)
    return Picture(_layout(look), tuple(items))


@lru_cache(maxsize=64)
def _layout(look: _Look) -> Layout:
    """The frame of the pictures; one object for each, which is found sooner than an equal one."""
    labels = [
        Label(picture_text(_TITLES["input"]), _INPUT.left, _INPUT.top - 9, 14),
        Label(picture_text(_TITLES["heat"]), _HEAT.left, _HEAT.top - 9, 14),
        Label(look.title, _MAPS.left, _MAPS.top - 9, 14),
    ]
    fills: list[Fill] = []
    if not look.revealed:
        for box in (_HEAT, _MAPS):
            fills += frame(box, LINE, 2)
            labels.append(Label("?", box.left + box.width // 2, box.top + box.height // 2 + 12, 36, MUTED, "center"))
    for number, tile in enumerate(look.tiles, look.first):
        labels.append(Label(str(number), tile.left, tile.top - 3, 11, MUTED))
    for number, bar in enumerate(look.bars):
        labels.append(Label(str(number), bar.left + bar.width // 2, bar.top + bar.height + 14, 11, MUTED, "center"))
    if look.scores:
        labels.append(Label(picture_text(_TITLES["scores"]), _MAPS.left, _SCORES.top - 12, 14))
        labels += [
            Label("1", _SCORES.left - 6, _SCORES.top + 5, 11, MUTED, "right"),
            Label("0", _SCORES.left - 6, _SCORES.top + _SCORES.height + 3, 11, MUTED, "right"),
        ]
        fills += [Fill(Rectangle(_SCORES.left, y, _SCORES.width, 1), LINE) for y in _lines(_SCORES)]
        for number, bar in enumerate(_bars(look.scores, _SCORES)):
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
    values = shown(result.x)
    grid = place(values.shape, _INPUT)
    yield backing(grid.box())
    yield grid.map(values, input_scale(result))
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
    seen = box_of(result)
    if seen is not None and seen[0] and seen[1]:
        rows, columns = seen
        yield from outline(grid.box(rows.start, columns.start, len(rows), len(columns)))


def box_of(result: Result) -> tuple[range, range] | None:
    """The input rows and columns that the chosen cell sees."""
    row = result.row
    if row is not None and row.seen is not None:
        return row.seen.box((0, *result.place))
    return result.reached.box if isinstance(result.reached, Measured) else None


def page_of(result: Result) -> range:
    """The feature maps that are shown: so many, with the chosen one among them."""
    assert result.row is not None
    size = _size_of_pages(result)
    first = result.place[0] // size * size
    return range(first, min(first + size, result.row.maps.shape[0]))


def _size_of_pages(result: Result) -> int:
    assert result.row is not None
    kept, height, width = result.row.maps.shape
    return _page_size(kept, (height, width), _room(scores_of(result) is not None))


def _room(with_scores: bool) -> Rectangle:
    return _MAPS_ABOVE_SCORES if with_scores else _MAPS


@lru_cache(maxsize=64)
def _page_size(count: int, shape: tuple[int, int], room: Rectangle) -> int:
    """How many of so many maps are shown at once: many, but not so many that they get tiny."""

    def side(size: int) -> int:
        grid = place(shape, _tiles(min(size, count), room)[0])
        return max(shape) // grid.step * grid.zoom

    return next((size for size in _PAGES if side(size) >= _LEAST_SIDE), max(_PAGES, key=side))


@lru_cache(maxsize=64)
def _tiles(count: int, room: Rectangle) -> tuple[Rectangle, ...]:
    """Places for so many square maps, as large as can be, each below its number."""

    def side(columns: int) -> int:
        rows = -(-count // columns)
        wide, high = (room.width + _GAP) // columns - _GAP, (room.height + _GAP) // rows - _GAP - _NUMBER
        return min(wide, high, _LARGEST_MAP)

    columns = max(range(1, count + 1), key=side)
    size = side(columns)
    return tuple(
        Rectangle(
            room.left + (index % columns) * (size + _GAP),
            room.top + _NUMBER + (index // columns) * (size + _GAP + _NUMBER),
            size,
            size,
        )
        for index in range(count)
    )


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


def _values(result: Result, bars: tuple[Rectangle, ...]) -> Iterator[Fill]:
    """A short vector as bars, up and down from 0."""
    assert result.row is not None
    values = _array(result.row.maps)
    high, low = max(float(values.max()), 0.0), min(float(values.min()), 0.0)
    span = (high - low) or 1.0
    zero = bars[0].top + round(bars[0].height * (high / span if high or low else 1))
    for number, (value, bar) in enumerate(zip(values.tolist(), bars, strict=True)):
        length = round(abs(value) / span * bar.height)
        top = zero - length if value > 0 else zero
        box = Rectangle(bar.left, top, bar.width, max(length, 1))
        yield Fill(box, BAR)
        if number == result.place[0]:
            yield from outline(box)
    yield Fill(Rectangle(bars[0].left, zero, bars[-1].left + bars[-1].width - bars[0].left, 1), INK)


def _raster(result: Result, room: Rectangle) -> Iterator[Map | Fill]:
    """A long vector, or what is no image, as a table of squares: element after element, line after line."""
    assert result.row is not None
    values = _array(result.row.maps).ravel()
    if not values.size:
        return
    columns = min(len(values), math.ceil(math.sqrt(len(values) * room.width / room.height)))
    rows = -(-len(values) // columns)
    grid = place((rows, columns), room)
    padded = np.zeros(rows * columns, np.float32)
    padded[: len(values)] = values
    yield backing(grid.box())
    yield grid.map(padded.reshape(rows, columns), maps_scale(result))
    missing = rows * columns - len(values)
    if missing:
        yield Fill(grid.box(rows - 1, columns - missing, 1, missing), LINE)
    if result.row.maps.dim() == 1:
        yield from outline(grid.box(result.place[0] // columns, result.place[0] % columns, 1, 1))


@lru_cache(maxsize=64)
def _bars(count: int, room: Rectangle) -> tuple[Rectangle, ...]:
    """Places for so many bars beside each other."""
    step = min(room.width // count, 56)
    return tuple(
        Rectangle(room.left + index * step + step // 8, room.top, step - step // 4, room.height)
        for index in range(count)
    )


def _score_bars(scores: Floats) -> Iterator[Fill]:
    best = int(scores.argmax())
    for number, (score, bar) in enumerate(zip(scores.tolist(), _bars(len(scores), _SCORES), strict=True)):
        length = max(round(score * bar.height), 1)
        box = Rectangle(bar.left, bar.top + bar.height - length, bar.width, length)
        yield Fill(box, BAR)
        if number == best:
            yield from frame(box, WINDOW, 2)


def scores_of(result: Result) -> Floats | None:
    """The network's output as probabilities, when it is a vector of 2 to 20 numbers; else None.

    Numbers that already are probabilities stay, of others it is the softmax.
    """
    output = result.trace.output
    if output is None or output.dim() != 2 or not 2 <= output.shape[1] <= _MOST_SCORES or not output.isfinite().all():
        return None
    scores = output[0].float()
    if not (bool((scores >= 0).all()) and abs(float(scores.sum()) - 1) < 1e-4):
        scores = torch.softmax(scores, dim=0)
    return _array(scores)


def shown(image: Tensor) -> Floats:
    """The input as it is drawn: the mean of its channels; a vector line by line."""
    if image.dim() == 3:
        return _array(image.mean(dim=0))
    values = _array(image)
    columns = math.ceil(math.sqrt(len(values)))
    padded = np.zeros(-(-len(values) // columns) * columns, np.float32)
    padded[: len(values)] = values
    return padded.reshape(-1, columns)


def input_scale(result: Result) -> Scale:
    """The colours of the input: greys from 0 to 1 where they suffice."""
    x = shown(result.x)
    return Scale(0.0, 1.0) if x.min() >= 0 and x.max() <= 1 else scale_of(x)


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
