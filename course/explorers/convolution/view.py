"""How the convolution explorer looks and what it says: a result to a picture and its texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from course import arithmetic
from course.explorers.sizes import size_lines
from course.explorers.words import Legend, Section, Swatch, Words, picture_text
from course.figures import (
    HIDDEN,
    INK,
    MUTED,
    PADDING,
    UNREACHED,
    WINDOW,
    Box,
    Grid,
    Label,
    Layout,
    Map,
    Mark,
    Picture,
    Scale,
    backing,
    frame,
    outline,
    place,
    scale_of,
)
from course.language import N_, _, language, ngettext

if TYPE_CHECKING:
    from course.explorers.convolution import Result

Floats = NDArray[np.float32]

WIDTH, HEIGHT = 896, 524
_LEFT, _WINDOWS, _KERNELS, _MAPS = 12, 186, 308, 432  # where the columns begin
_TOP, _LABEL = 28, 18
_MOST_INPUTS, _MOST_MAPS = 3, 8
_MOST_PRODUCTS = 9
_CHANNELS_OF_A_PHOTO = (N_("red"), N_("green"), N_("blue"))


@dataclass(frozen=True)
class _Places:
    """The boxes of the input channels, of the windows, of the kernels and of the feature maps."""

    inputs: list[Box]
    windows: list[Box]
    kernels: list[Box]
    maps: list[Box]


def draw(result: Result, revealed: bool) -> Picture:
    """Input, window and kernel on the left, a row for each input channel; the feature maps on the right."""
    inputs, maps = _inputs_shown(result), _maps_shown(result)
    places = _places(len(inputs), len(maps))
    is_photo = result.settings.own.image is None and result.x.shape[0] == len(_CHANNELS_OF_A_PHOTO)
    layout = _layout(inputs, result.group.start, maps, result.settings.channel, is_photo, revealed, language())
    items = (*_inputs(result, inputs, places), *(_outputs(result, maps, places) if revealed else ()))
    return Picture(layout, items)


def words(result: Result, revealed: bool) -> Words:
    """The call, the sizes, the chosen cell's arithmetic, and what the picture shows."""
    legends: list[Legend | Swatch] = [Legend(_("input"), _input_scale(result))]
    legends.append(Legend(_("kernel"), _kernel_scale(result)))
    if revealed:
        legends += [Legend(_("feature maps"), scale) for scale in dict.fromkeys(_output_scales(result).values())]
    legends += [Swatch(_("window, and the output cell"), WINDOW), Swatch(_("padding"), PADDING)]
    if any(steps.dropped for steps in result.steps):
        legends.append(Swatch(_("dropped by the floor"), UNREACHED))
    sections: tuple[Section, ...] = ()
    if revealed:
        cell = _("Output cell y{place}").format(place=[0, *_cell(result)])
        sections = (
            Section(_("Output size"), (*size_lines(*result.steps), *_cost_lines(result))),
            Section(cell, tuple(_cell_lines(result))),
        )
    return Words(str(result.call), _state(result, revealed), sections, tuple(legends))


def _inputs_shown(result: Result) -> range:
    """The input channels with a row of their own: the first of those that the chosen map sees."""
    return result.group[:_MOST_INPUTS]


def _maps_shown(result: Result) -> range:
    """The feature maps shown: the chosen one's block of eight."""
    first = result.settings.channel // _MOST_MAPS * _MOST_MAPS
    return range(first, min(first + _MOST_MAPS, result.y.shape[0]))


@lru_cache(maxsize=64)
def _layout(
    inputs: range, first_input: int, maps: range, channel: int, is_photo: bool, revealed: bool, _language: str
) -> Layout:
    """The labels, which stay while a slider moves; they depend on the language too."""
    places = _places(len(inputs), len(maps))
    covers = () if revealed else tuple(mark for box in places.maps for mark in frame(box, HIDDEN, 3))
    labels = (
        *_titles(places),
        *_input_labels(inputs, first_input, channel, is_photo, places),
        *_map_labels(maps, places, revealed),
    )
    return Layout(WIDTH, HEIGHT, labels, covers)


@cache
def _places(inputs: int, maps: int) -> _Places:
    top, height = _TOP + _LABEL, HEIGHT - _TOP
    if inputs == 1:
        below = top + 288 + 28
        left, windows, kernels = [Box(_LEFT, top, 392, 288)], [Box(_LEFT, below, 144, 144)], [Box(208, below, 144, 144)]
    else:
        rows = [top + row * (height // 3) for row in range(inputs)]
        left = [Box(_LEFT, y, 144, 144) for y in rows]
        windows, kernels = ([Box(x, y + 23, 98, 98) for y in rows] for x in (_WINDOWS, _KERNELS))
    columns = 1 if maps == 1 else 2 if maps <= 4 else 3
    across, down = (WIDTH - _MAPS) // columns, height // columns
    side = min(across - 8, down - _LABEL - 3)
    boxes = [Box(_MAPS + i % columns * across, top + i // columns * down, side, side) for i in range(maps)]
    return _Places(left, windows, kernels, boxes)


def _titles(places: _Places) -> Iterator[Label]:
    titles = [(N_("Padded input"), _LEFT), (N_("Feature maps"), _MAPS)]
    if len(places.inputs) > 1:
        titles[1:1] = [(N_("Window"), _WINDOWS), (N_("Kernel"), _KERNELS)]
    for title, x in titles:
        yield Label(picture_text(title), x, 19, 15, bold=True)


def _input_labels(inputs: range, first_input: int, channel: int, is_photo: bool, places: _Places) -> Iterator[Label]:
    for index, inside, window, kernel in zip(inputs, places.inputs, places.windows, places.kernels, strict=True):
        name = f"  {picture_text(_CHANNELS_OF_A_PHOTO[index])}" if is_photo else ""
        weight = f"weight[{channel}, {index - first_input}]"
        yield Label(f"x[0, {index}]{name}", inside.left, inside.top - 5, 13, MUTED)
        if len(inputs) == 1:
            yield Label(picture_text(N_("Window")), window.left, window.top - 5, 13, MUTED)
        yield Label(weight, kernel.left, kernel.top - 5, 13, MUTED)
        yield Label("×", (window.left + window.width + kernel.left) // 2, kernel.top + 52, 18, INK, "center")


def _map_labels(maps: range, places: _Places, revealed: bool) -> Iterator[Label]:
    for index, box in zip(maps, places.maps, strict=True):
        yield Label(f"y[0, {index}]", box.left, box.top - 5, 13, MUTED)
        if not revealed:
            yield Label("?", box.left + box.width // 2, box.top + box.height // 2 + 12, 36, MUTED, "center")


def _inputs(result: Result, inputs: range, places: _Places) -> Iterator[Map | Mark]:
    scale, kernel_scale = _input_scale(result), _kernel_scale(result)
    padded, patch = _array(result.padded), _array(result.patch)
    weight = _array(result.weight[result.settings.channel])
    for index, inside, window, kernel in zip(inputs, places.inputs, places.windows, places.kernels, strict=True):
        grid = place(padded.shape, inside)
        yield backing(grid.box())
        yield grid.map(padded[index], scale)
        yield from _margins(result, grid)
        yield from _window(result, grid)
        for values, box, its_scale in ((patch, window, scale), (weight, kernel, kernel_scale)):
            small = place(values.shape, box)
            yield backing(small.box(), MUTED)
            yield small.map(values[index - result.group.start], its_scale)


def _margins(result: Result, grid: Grid) -> Iterator[Mark]:
    """What surrounds the input: its padding, and the lines at the far ends that no window reaches."""
    rows, columns = result.steps
    height, width = rows.size, columns.size
    if result.call.padding_mode == "zeros":
        strips = (
            (0, 0, rows.before, grid.columns),
            (rows.before + height, 0, rows.after, grid.columns),
            (rows.before, 0, height, columns.before),
            (rows.before, columns.before + width, height, columns.after),
        )
        yield from (Mark(grid.box(*strip), PADDING) for strip in strips if strip[2] and strip[3])
    elif rows.padded + columns.padded > height + width:
        yield from frame(grid.box(rows.before, columns.before, height, width), PADDING, 2)
    if rows.dropped:
        yield Mark(grid.box(rows.padded - rows.dropped, 0, rows.dropped, grid.columns), UNREACHED)
    if columns.dropped:
        yield Mark(grid.box(0, columns.padded - columns.dropped, grid.rows, columns.dropped), UNREACHED)


def _window(result: Result, grid: Grid) -> Iterator[Mark]:
    """The window's outline, and its taps where they stand apart."""
    rows, columns = result.window
    steps = result.steps
    dot = max(grid.zoom // 2, 1)
    if max(rows.step, columns.step) > 1 and grid.step == 1:
        for row in rows:
            for column in columns:
                cell = grid.box(row, column, 1, 1)
                inset = (grid.zoom - dot) // 2
                yield Mark(Box(cell.left + inset, cell.top + inset, dot, dot), WINDOW)
    yield from outline(grid.box(rows.start, columns.start, steps[0].effective_kernel, steps[1].effective_kernel))


def _outputs(result: Result, maps: range, places: _Places) -> Iterator[Map | Mark]:
    y, scales = _array(result.y), _output_scales(result)
    channel, row, column = _cell(result)
    for index, box in zip(maps, places.maps, strict=True):
        grid = place(y.shape, box)
        yield backing(grid.box())
        yield grid.map(y[index], scales[index])
        if index == channel:
            yield from outline(grid.box(row, column, 1, 1))


def _input_scale(result: Result) -> Scale:
    x = _array(result.x)
    return Scale(0.0, 1.0) if x.min() >= 0 and x.max() <= 1 else scale_of(x)


def _kernel_scale(result: Result) -> Scale:
    return scale_of(_array(result.weight[result.settings.channel]), signed=True)


@lru_cache(maxsize=2)  # for picture and words
def _output_scales(result: Result) -> dict[int, Scale]:
    """The scale of each map shown: one for all that have negative values, a grey one for the others."""
    maps = _maps_shown(result)
    y = _array(result.y)[maps.start : maps.stop].reshape(len(maps), -1)
    lows, highs = y.min(axis=1), y.max(axis=1)
    signed = lows < 0
    scales = {}
    for kind in np.unique(signed).tolist():
        ends = np.concatenate([lows[signed == kind], highs[signed == kind]])
        scales[kind] = scale_of(ends, kind)
    return {index: scales[kind] for index, kind in zip(maps, signed.tolist(), strict=True)}


def _cell(result: Result) -> tuple[int, int, int]:
    settings = result.settings
    return settings.channel, settings.row, settings.column


def _cost_lines(result: Result) -> Iterator[str]:
    call, (rows, columns) = result.call, result.steps
    shapes = _("x: {x} → y: {y}").format(x=(1, *result.x.shape), y=(1, *result.y.shape))
    count = arithmetic.parameter_count(call.in_channels, call.out_channels, call.kernel_size, call.groups, call.bias)
    adds = result.weight.numel() * rows.output * columns.output
    yield _("{shapes}   parameters: {count:,}   multiply-adds: {adds:,}").format(shapes=shapes, count=count, adds=adds)


def _cell_lines(result: Result) -> Iterator[str]:
    """The chosen cell's value as a sum over input channels and, for small kernels, over taps."""
    channel, row, column = _cell(result)
    sums = result.products.sum(dim=(1, 2)).tolist()
    for index, total in zip(_inputs_shown(result), sums, strict=False):
        inside = index - result.group.start
        yield f"x[0, {index}]: {_products(result, inside)} = {_number(total)}"
    others = sums[_MOST_INPUTS:]
    parts = [_number(total) for total in sums[:_MOST_INPUTS]]
    if others:
        message = ngettext(
            "{count} more channel, not drawn: {total}", "{count} more channels, not drawn: {total}", len(others)
        )
        yield message.format(count=len(others), total=_number(sum(others)))
        parts.append(_number(sum(others)))
    if result.bias is not None:
        parts.append(_("{bias} (bias)").format(bias=_number(float(result.bias[channel]))))
    value = float(result.y[channel, row, column])
    yield f"y[0, {channel}, {row}, {column}] = {' + '.join(parts)} = {_number(value)}"


def _products(result: Result, inside: int) -> str:
    values = result.patch[inside].flatten().tolist()
    if len(values) > _MOST_PRODUCTS:
        return _("the sum of {count} products").format(count=len(values))
    weights = result.weight[result.settings.channel, inside].flatten().tolist()
    pairs = zip(values, weights, strict=True)
    products = [f"{v:.2f}·{w:.2f}" if w >= 0 else f"{v:.2f}·({w:.2f})" for v, w in pairs]
    return " + ".join(products).replace("-", "−")


def _state(result: Result, revealed: bool) -> str:
    call, (rows, columns) = result.call, result.steps
    numbers = {
        "shape": " × ".join(map(str, result.x.shape)),
        "kernel": " × ".join(map(str, call.kernel_size)),
        "padding": _padding_words(result),
        "maps": call.out_channels,
    }
    if not revealed:
        message = _(
            "A {shape} input {padding} and a {kernel} kernel; the feature maps (out_channels={maps}) are hidden until you have predicted their size."
        )
        return message.format(**numbers)
    channel, row, column = _cell(result)
    taps = call.window(row, column)
    message = _(
        "A {shape} input {padding} and a {kernel} kernel (out_channels={maps}) give feature maps of {height} × {width}; cell ({row}, {column}) of map "
        "{channel} is {value}, from input rows {top} to {bottom} and columns {left} to {right}."
    )
    return message.format(
        **numbers,
        height=rows.output,
        width=columns.output,
        channel=channel,
        row=row,
        column=column,
        value=_number(float(result.y[channel, row, column])),
        top=taps[0][0],
        bottom=taps[0][-1],
        left=taps[1][0],
        right=taps[1][-1],
    )


def _padding_words(result: Result) -> str:
    sides = [(steps.before, steps.after) for steps in result.steps]
    if not any(map(any, sides)):
        return _("without padding")
    if len({cells for side in sides for cells in side}) == 1:
        cells = sides[0][0]
        message = ngettext(
            "with {cells} cell of padding on every side", "with {cells} cells of padding on every side", cells
        )
        return message.format(cells=cells)
    message = _("with padding (top {top}, bottom {bottom}, left {left}, right {right})")
    return message.format(top=sides[0][0], bottom=sides[0][1], left=sides[1][0], right=sides[1][1])


def _array(tensor: Tensor) -> Floats:
    array: Floats = tensor.numpy()
    return array


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "−") if abs(value) < 1e4 else f"{value:.3g}".replace("-", "−")
