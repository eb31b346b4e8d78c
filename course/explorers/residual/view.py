"""How the residual explorer looks: both paths and their sum as maps, and below them the gradients of two stacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from torch import Tensor

from course.explorers.drawing import array, lettering
from course.explorers.residual.plot import axes, decades, plot
from course.explorers.residual.result import Result
from course.explorers.text import picture_text
from course.figures import (
    INK,
    LINE,
    MUTED,
    Colour,
    Fill,
    Label,
    Layout,
    Map,
    Picture,
    Rectangle,
    Scale,
    backing,
    frame,
    place,
)
from course.language import N_, language

SPREAD: Colour = (217, 95, 2)

_WIDTH, _HEIGHT = 896, 602
_LEFT, _COLUMN, _GAP = 46, 140, 34
_TITLES, _SHAPES, _TOP = 18, 36, 46
_ROWS, _ROW = 3, 112
_UNCUT = 0.99  # of the values drawn have a colour of their own


@dataclass(frozen=True)
class _Head:
    """What stands over a column of maps, and what joins it to the column before; `is_empty`: it has no maps."""

    title: str
    sign: str
    is_empty: bool


@dataclass(frozen=True, eq=False)
class _Column:
    """A column and its tensor (N, C, H, W), if there is one; `wide` is the same, repeated where torch repeats it."""

    title: str
    sign: str
    tensor: Tensor | None
    wide: Tensor | None
    signed: bool
    warned: bool


def draw(result: Result, revealed: bool) -> Picture:
    """Above: x, main path, shortcut, sum and output, three channels of each. Below: gradient norms, layer by layer."""
    columns = _columns(result)
    # Before the reveal, nothing of the frame may tell how the sum comes out.
    heads = tuple(_Head(column.title, column.sign, revealed and column.tensor is None) for column in columns)
    own = result.settings.own.block is not None
    layout = _layout(heads, revealed, decades(result), own, language())
    shown = columns if revealed else columns[:1]
    return Picture(layout, (*_shapes(shown), *_maps(result, shown), *plot(result)))


def scales(result: Result) -> tuple[Scale, Scale]:
    """The greys of what is never negative, and the colours of what may be; equal values are equally strong in both.

    The largest 1 % of the values take the colour at the end: a few bright cells would darken all others.
    """
    sample = result.settings.sample
    shown = [column.wide[sample, :_ROWS].abs() for column in _columns(result) if column.wide is not None]
    largest = max(float(values.quantile(_UNCUT)) for values in shown)
    largest = largest or max(float(values.max()) for values in shown) or 1.0
    return Scale(0.0, largest), Scale(-largest, largest, signed=True)


def _columns(result: Result) -> list[_Column]:
    run = result.run
    x_signed = bool((result.x < 0).any())

    def drawn(title: str, sign: str, tensor: Tensor | None, signed: bool, path: str = "") -> _Column:
        is_spread = path in result.spread
        wide = tensor.expand_as(run.total) if is_spread and tensor is not None and run.total is not None else tensor
        return _Column(title, sign, tensor, wide, signed, is_spread or (path != "" and run.error != ""))

    x = drawn("x", "", result.x, x_signed)
    if result.settings.own.block is not None:
        assert run.out is not None
        out = drawn("block(x)", "→", run.out, bool((run.out < 0).any()))
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
def _layout(heads: tuple[_Head, ...], revealed: bool, limits: tuple[int, int], own: bool, _language: str) -> Layout:
    """What stays while a slider moves; the shapes, which do not, are no labels."""
    labels: list[Label] = []
    fills: list[Fill] = []
    empty = [index for index, head in enumerate(heads) if head.is_empty]
    for index, head in enumerate(heads):
        left = _left(index)
        labels.append(Label(picture_text(head.title), left, _TITLES, 15, bold=True))
        if head.sign and index not in empty[1:]:  # from a sum that is none, nothing goes on
            sign = "→" if head.sign == "ReLU" else head.sign
            labels.append(Label(sign, left - _GAP // 2, _TOP + 72, 20, INK, "center"))
            if head.sign == "ReLU":
                labels.append(Label("ReLU", left - _GAP // 2, _TOP + 54, 11, INK, "center"))
        if index and not revealed:
            fills += frame(Rectangle(left + 2, _TOP + 2, _COLUMN - 4, _ROWS * _ROW - 10), LINE, 2)
            labels.append(Label("?", left + _COLUMN // 2, _TOP + _ROWS * _ROW // 2 + 12, 36, MUTED, "center"))
    if empty:
        message = N_("the shapes differ") if own else N_("torch raises an error")
        labels.append(Label(picture_text(message), _left(empty[0]), _TOP + 70, 15, MUTED if own else SPREAD, bold=True))
    labels += (Label(f"c = {channel}", 8, _TOP + channel * _ROW + 14, 12, MUTED) for channel in range(_ROWS))
    plot_labels, plot_fills = axes(limits, own)
    return Layout(_WIDTH, _HEIGHT, (*labels, *plot_labels), (*fills, *plot_fills))


def _shapes(columns: Sequence[_Column]) -> Iterator[Map | Fill]:
    """The shape of each column's tensor, underlined where it is not what the sum needs."""
    for index, column in enumerate(columns):
        if column.tensor is None:
            continue
        shape = f"({', '.join(map(str, column.tensor.shape))})"
        written = lettering(shape, _left(index), _SHAPES, bold=column.warned, muted=not column.warned)
        yield written
        if column.warned:
            yield Fill(Rectangle(written.left, _SHAPES + 4, written.values.shape[1], 2), SPREAD)


def _maps(result: Result, columns: Sequence[_Column]) -> Iterator[Map | Fill]:
    grey, coloured = scales(result)
    known = [column.wide.shape[2:] for column in _columns(result) if column.wide is not None]
    largest = max(height for height, _width in known), max(width for _height, width in known)
    for index, column in enumerate(columns):
        if column.wide is None:
            continue
        is_spread = column.warned and not result.run.error
        for channel, values in enumerate(array(column.wide[result.settings.sample, :_ROWS])):
            grid = place(largest, Rectangle(_left(index), _TOP + channel * _ROW, _COLUMN, _ROW - 6))
            grid = replace(grid, rows=values.shape[0], columns=values.shape[1])
            yield backing(grid.box(), SPREAD if is_spread else LINE, 2 if is_spread else 1)
            yield grid.map(values, coloured if column.signed else grey)


def _left(index: int) -> int:
    return _LEFT + index * (_COLUMN + _GAP)
