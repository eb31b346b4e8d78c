"""How the residual explorer looks: both paths and their sum as maps, and below them the gradients of two stacks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from course.explorers.residual.settings import RANGES
from course.explorers.words import picture_text
from course.figures import (
    INK,
    LINE,
    MUTED,
    Box,
    Colour,
    Label,
    Layout,
    Map,
    Mark,
    Picture,
    Scale,
    backing,
    frame,
    place,
)
from course.language import N_, language

if TYPE_CHECKING:
    from course.explorers.residual import Result

Floats = NDArray[np.float32]

PLAIN: Colour = (73, 80, 87)
RESIDUAL: Colour = (28, 126, 214)
YOURS: Colour = (150, 70, 170)
SPREAD: Colour = (217, 95, 2)

_WIDTH, _HEIGHT = 896, 602
_LEFT, _COLUMN, _GAP = 46, 140, 34
_TITLES, _SHAPES, _TOP = 18, 36, 46
_ROWS, _ROW = 3, 112
_UNCUT = 0.99  # of the values drawn have a colour of their own
_PLOT = Box(64, 440, 768, 126)
_KEY = 100  # pixels of an entry
_ZERO = 12  # pixels below the axis: the lane of norms that are exactly 0
_BLOCK = _PLOT.width // RANGES["depth"][1]
_TICKS_OF_DEPTH = (1, 8, 16, 24, 32)


@dataclass(frozen=True)
class Column:
    """One column of maps: what stands over it, and how it is drawn; `sign` is what joins it to the column before."""

    title: str
    sign: str
    shape: tuple[int, ...] | None
    warned: bool = False


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A column with its values: (channels, rows, columns) of one image, spread where torch spreads them."""

    column: Column
    values: Tensor | None
    signed: bool


def draw(result: Result, revealed: bool) -> Picture:
    """Above: x, main path, shortcut, sum and output, three channels of each. Below: gradient norms, layer by layer."""
    columns = _columns(result)
    heads = tuple(drawn.column for drawn in columns)
    if not revealed:  # nothing of the frame may tell how the sum comes out
        heads = (heads[0], *(Column(head.title, head.sign, None) for head in heads[1:]))
    refused, own = revealed and result.run.error != "", result.settings.own.block is not None
    layout = _layout(heads, refused, revealed, decades(result), own, language())
    return Picture(layout, (*_maps(result, columns if revealed else columns[:1]), *_plot(result)))


def power_of_ten(power: int) -> str:
    """10⁸, 10⁻²⁰."""
    digits = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{digits}"


def decades(result: Result) -> tuple[int, int]:
    """The powers of ten between which the gradient norms are drawn: the same for every depth."""
    if result.settings.norm:
        return 0, 8
    return (-2, 10) if result.settings.init == "he" else (-26, 6)


def scales(result: Result) -> tuple[Scale, Scale]:
    """The greys of what is never negative, and the colours of what may be; equal values are equally strong in both.

    The largest 1 % of the values take the colour at the end: a few bright cells would darken all others.
    """
    shown = [drawn.values[:_ROWS].abs() for drawn in _columns(result) if drawn.values is not None]
    largest = max(float(values.quantile(_UNCUT)) for values in shown)
    largest = largest or max(float(values.max()) for values in shown) or 1.0
    return Scale(0.0, largest), Scale(-largest, largest, signed=True)


def _columns(result: Result) -> list[_Drawn]:
    run, sample = result.run, result.settings.sample
    x_signed = bool((result.x < 0).any())

    def drawn(title: str, sign: str, tensor: Tensor | None, signed: bool, path: str = "") -> _Drawn:
        warned = path in result.spread or (path != "" and run.error != "")
        if tensor is None:
            return _Drawn(Column(title, sign, None, warned), None, signed)
        values = tensor if path not in result.spread or run.total is None else tensor.expand_as(run.total)
        return _Drawn(Column(title, sign, tuple(tensor.shape), warned), values[sample], signed)

    x = drawn("x", "", result.x, x_signed)
    if result.settings.own.block is not None:
        assert run.out is not None
        out = drawn("block(x)", "→", run.out, bool((run.out < 0).any()))
        if result.difference is None:
            return [x, out]
        return [x, out, drawn("block(x) − x", "", result.difference, True)]
    shortcut = drawn(
        N_("shortcut(x)"), "+", run.shortcut, x_signed or result.settings.shortcut == "projection", "shortcut"
    )
    if result.settings.relu == "after":
        return [
            x,
            drawn(N_("main(x)"), "→", run.main, True, "main"),
            shortcut,
            drawn(N_("sum"), "=", run.total, True),
            drawn(N_("out"), "ReLU", run.out, False),
        ]
    return [
        x,
        drawn(N_("main(x)"), "→", run.inner, True),
        drawn(N_("ReLU of it"), "ReLU", run.main, False, "main"),
        shortcut,
        drawn(N_("sum, out"), "=", run.out, True),
    ]


@lru_cache(maxsize=64)
def _layout(
    columns: tuple[Column, ...],
    refused: bool,
    revealed: bool,
    decades: tuple[int, int],
    own: bool,
    _language: str,
) -> Layout:
    labels: list[Label] = []
    marks: list[Mark] = []
    columns_known = sum(column.shape is not None for column in columns)
    for index, column in enumerate(columns):
        left = _left(index)
        labels.append(Label(picture_text(column.title), left, _TITLES, 15, bold=True))
        is_lost = refused and index > columns_known  # no sum, so nothing goes on from it
        if column.sign == "ReLU" and not is_lost:
            labels.append(Label("ReLU", left - _GAP // 2, _TOP + 54, 11, INK, "center"))
        if column.sign and not is_lost:
            sign = "→" if column.sign == "ReLU" else column.sign
            labels.append(Label(sign, left - _GAP // 2, _TOP + 72, 20, INK, "center"))
        if index and not revealed:
            box = Box(left, _TOP, _COLUMN, 2 * _ROW)
            marks += frame(Box(box.left + 2, box.top + 2, box.width - 4, box.height - 4), LINE, 2)
            labels.append(Label("?", left + _COLUMN // 2, _TOP + _ROW + 12, 36, MUTED, "center"))
        elif column.shape is not None:
            colour = SPREAD if column.warned else MUTED
            labels.append(Label(_shape(column.shape), left, _SHAPES, 13, colour, bold=column.warned))
    if refused:
        left = _left(columns_known)
        labels.append(Label(picture_text(N_("torch raises an error")), left, _TOP + 70, 15, SPREAD, bold=True))
    labels += (Label(f"c = {channel}", 8, _TOP + channel * _ROW + 14, 12, MUTED) for channel in range(_ROWS))
    plot_labels, plot_marks = _axes(decades, own)
    return Layout(_WIDTH, _HEIGHT, (*labels, *plot_labels), (*marks, *plot_marks))


def _axes(decades: tuple[int, int], own: bool) -> tuple[list[Label], list[Mark]]:
    """The title, the key and the axes of the gradients' plot."""
    box, top = _PLOT, _PLOT.top
    title = picture_text(N_("Norm of each convolution's weight gradient, in stacks of blocks"))
    labels = [Label(title, 8, top - 26, 15, bold=True)]
    marks: list[Mark] = []
    names = [(N_("plain"), PLAIN), (N_("residual"), RESIDUAL), *([(N_("your block"), YOURS)] if own else [])]
    left = _WIDTH - 8 - _KEY * len(names)
    for index, (name, colour) in enumerate(names):
        marks += _sample(Box(left + _KEY * index, top - 35, 18, 9), colour)
        labels.append(Label(picture_text(name), left + _KEY * index + 24, top - 26, 13))
    low, high = decades
    step = 2 if high - low < 20 else 10
    for power in range(-(-low // step) * step, high + 1, step):
        y = _height(10.0**power, decades)
        marks.append(Mark(Box(box.left, y, box.width, 1), LINE))
        labels.append(Label(power_of_ten(power), box.left - 8, y + 4, 12, MUTED, "right"))
    bottom = top + box.height + _ZERO
    labels.append(Label("0", box.left - 8, bottom + 4, 12, MUTED, "right"))
    marks.append(Mark(Box(box.left, bottom, box.width, 1), LINE))
    for block in _TICKS_OF_DEPTH:
        x = box.left + (block - 1) * _BLOCK
        marks.append(Mark(Box(x, bottom + 1, 1, 4), MUTED))
        labels.append(Label(str(block), x + _BLOCK // 2, bottom + 17, 12, MUTED, "center"))
    labels.append(Label(picture_text(N_("block →")), box.left + box.width + 8, bottom + 17, 12, MUTED))
    return labels, marks


def _maps(result: Result, columns: Sequence[_Drawn]) -> Iterator[Map | Mark]:
    grey, coloured = scales(result)
    known = [drawn for drawn in _columns(result) if drawn.values is not None]
    sides = [tuple(drawn.values.shape[1:]) for drawn in known if drawn.values is not None]
    largest = max(height for height, _width in sides), max(width for _height, width in sides)
    for index, drawn in enumerate(columns):
        if drawn.values is None:
            continue
        for channel, values in enumerate(_array(drawn.values[:_ROWS])):
            grid = place(largest, Box(_left(index), _TOP + channel * _ROW, _COLUMN, _ROW - 6))
            grid = replace(grid, rows=values.shape[0], columns=values.shape[1])
            is_spread = drawn.column.warned and not result.run.error
            yield backing(grid.box(), SPREAD if is_spread else LINE, 2 if is_spread else 1)
            yield grid.map(values, coloured if drawn.signed else grey)


def _plot(result: Result) -> Iterator[Mark]:
    """A mark for each convolution: squares for the plain stack, a line of steps for the residual one."""
    limits = decades(result)
    yield from _line(result.residual[-1].weights, result.settings.depth, limits, RESIDUAL)
    yield from _squares(result.plain[-1].weights, result.settings.depth, limits, PLAIN)
    if result.own_norms:
        yield from _posts(result.own_norms, result.copies, limits, YOURS)


def _line(norms: Sequence[float], blocks: int, limits: tuple[int, int], colour: Colour) -> Iterator[Mark]:
    before: int | None = None
    for left, right, y in _places(norms, blocks, limits):
        yield Mark(Box(left, y - 1, right - left, 3), colour)
        if before is not None:
            yield Mark(Box(left - 1, min(y, before) - 1, 2, abs(y - before) + 3), colour)
        before = y


def _squares(norms: Sequence[float], blocks: int, limits: tuple[int, int], colour: Colour) -> Iterator[Mark]:
    for left, right, y in _places(norms, blocks, limits):
        yield Mark(Box((left + right) // 2 - 3, y - 3, 6, 6), colour)


def _posts(norms: Sequence[float], blocks: int, limits: tuple[int, int], colour: Colour) -> Iterator[Mark]:
    for left, right, y in _places(norms, blocks, limits):
        yield Mark(Box((left + right) // 2 - 1, y - 5, 3, 10), colour)


def _places(norms: Sequence[float], blocks: int, limits: tuple[int, int]) -> Iterator[tuple[int, int, int]]:
    """Where each norm stands: the left and right end of its convolution's place, and its height."""
    count = len(norms)
    for index, norm in enumerate(norms):
        left, right = (_PLOT.left + place * blocks * _BLOCK // count for place in (index, index + 1))
        yield left, right, _height(norm, limits)


def _height(norm: float, limits: tuple[int, int]) -> int:
    if norm == 0:
        return _PLOT.top + _PLOT.height + _ZERO
    low, high = limits
    power = high if math.isinf(norm) else min(max(math.log10(norm), low), high)
    return _PLOT.top + round((high - power) * _PLOT.height / (high - low))


def _sample(box: Box, colour: Colour) -> Iterator[Mark]:
    """The mark of a series in the key."""
    middle = box.top + box.height // 2
    if colour == RESIDUAL:
        yield Mark(Box(box.left, middle - 1, box.width, 3), colour)
    elif colour == PLAIN:
        yield from (Mark(Box(box.left + shift, middle - 3, 6, 6), colour) for shift in (0, 12))
    else:
        yield from (Mark(Box(box.left + shift, middle - 5, 3, 10), colour) for shift in (2, 13))


def _left(index: int) -> int:
    return _LEFT + index * (_COLUMN + _GAP)


def _shape(shape: Sequence[int]) -> str:
    return f"({', '.join(map(str, shape))})"


def _array(tensor: Tensor) -> Floats:
    array: Floats = tensor.numpy()
    return array
