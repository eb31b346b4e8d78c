"""The picture of the convolution explorer: input, window and kernel on the left, feature maps on the right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from course.explorers.convolution.result import Result
from course.explorers.drawing import (
    array,
    block_around,
    dropped_lines,
    hidden_panels,
    image_scale,
    map_scales,
    padding_strips,
    read_cells,
)
from course.explorers.text import picture_text
from course.figures import (
    HIDDEN,
    INK,
    MUTED,
    PADDING,
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

WIDTH, HEIGHT = 896, 524
_LEFT, _WINDOWS, _KERNELS, _MAPS = 12, 186, 308, 432  # where the columns begin
_TOP, _LABEL = 28, 18
MOST_INPUTS = 3
_CHANNELS_OF_A_PHOTO = (N_("red"), N_("green"), N_("blue"))


@dataclass(frozen=True)
class _Places:
    """The boxes of the input channels, of the windows, of the kernels and of the feature maps."""

    inputs: list[Rectangle]
    windows: list[Rectangle]
    kernels: list[Rectangle]
    maps: list[Rectangle]


def draw(result: Result, revealed: bool) -> Picture:
    """Input, window and kernel on the left, a row for each input channel; the feature maps on the right."""
    inputs, maps = inputs_shown(result), maps_shown(result)
    places = _places(len(inputs), len(maps))
    is_photo = result.settings.own.image is None and result.x.shape[0] == len(_CHANNELS_OF_A_PHOTO)
    layout = _layout(inputs, result.group.start, maps, result.settings.channel, is_photo, revealed, language())
    items = (*_inputs(result, inputs, places), *(_outputs(result, maps, places) if revealed else ()))
    return Picture(layout, items)


def inputs_shown(result: Result) -> range:
    """The input channels with a row of their own: the first of those that the chosen map sees."""
    return result.group[:MOST_INPUTS]


def maps_shown(result: Result) -> range:
    """The feature maps shown: the chosen one's block of eight."""
    return block_around(result.settings.channel, result.y.shape[0])


@lru_cache(maxsize=64)
def _layout(
    inputs: range, first_input: int, maps: range, channel: int, is_photo: bool, revealed: bool, _language: str
) -> Layout:
    """The labels, which stay while a slider moves; they depend on the language too."""
    places = _places(len(inputs), len(maps))
    questions, frames = hidden_panels(() if revealed else places.maps, HIDDEN, 3)
    labels = (
        *_titles(places),
        *_input_labels(inputs, first_input, channel, is_photo, places),
        *_map_labels(maps, places),
        *questions,
    )
    return Layout(WIDTH, HEIGHT, labels, tuple(frames))


@cache
def _places(inputs: int, maps: int) -> _Places:
    top, height = _TOP + _LABEL, HEIGHT - _TOP
    if inputs == 1:
        below = top + 288 + 28
        left, windows, kernels = (
            [Rectangle(_LEFT, top, 392, 288)],
            [Rectangle(_LEFT, below, 144, 144)],
            [Rectangle(208, below, 144, 144)],
        )
    else:
        rows = [top + row * (height // 3) for row in range(inputs)]
        left = [Rectangle(_LEFT, y, 144, 144) for y in rows]
        windows, kernels = ([Rectangle(x, y + 23, 98, 98) for y in rows] for x in (_WINDOWS, _KERNELS))
    columns = 1 if maps == 1 else 2 if maps <= 4 else 3
    across, down = (WIDTH - _MAPS) // columns, height // columns
    side = min(across - 8, down - _LABEL - 3)
    boxes = [Rectangle(_MAPS + i % columns * across, top + i // columns * down, side, side) for i in range(maps)]
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


def _map_labels(maps: range, places: _Places) -> Iterator[Label]:
    for index, box in zip(maps, places.maps, strict=True):
        yield Label(f"y[0, {index}]", box.left, box.top - 5, 13, MUTED)


def _inputs(result: Result, inputs: range, places: _Places) -> Iterator[Map | Fill]:
    scale, scale_of_kernel = image_scale(array(result.x)), kernel_scale(result)
    padded, patch = array(result.padded), array(result.patch)
    weight = array(result.weight[result.settings.channel])
    for index, inside, window, kernel in zip(inputs, places.inputs, places.windows, places.kernels, strict=True):
        grid = place(padded.shape, inside)
        yield backing(grid.box())
        yield grid.map(padded[index], scale)
        yield from _margins(result, grid)
        yield from read_cells(grid, *result.window, apart=max(taps.step for taps in result.window) > 1)
        for values, box, its_scale in ((patch, window, scale), (weight, kernel, scale_of_kernel)):
            small = place(values.shape, box)
            yield backing(small.box(), MUTED)
            yield small.map(values[index - result.group.start], its_scale)


def _margins(result: Result, grid: Grid) -> Iterator[Fill]:
    """What surrounds the input: its padding, and the lines at the far ends that no window reaches."""
    rows, columns = result.steps
    if result.call.padding_mode == "zeros":
        yield from padding_strips(grid, rows, columns)
    elif rows.padded + columns.padded > rows.size + columns.size:
        yield from frame(grid.box(rows.before, columns.before, rows.size, columns.size), PADDING, 2)
    yield from dropped_lines(grid, rows, columns)


def _outputs(result: Result, maps: range, places: _Places) -> Iterator[Map | Fill]:
    y, scales = array(result.y), output_scales(result)
    channel, row, column = result.cell
    for index, box in zip(maps, places.maps, strict=True):
        grid = place(y.shape, box)
        yield backing(grid.box())
        yield grid.map(y[index], scales[index])
        if index == channel:
            yield from outline(grid.box(row, column, 1, 1))


def kernel_scale(result: Result) -> Scale:
    """The colours of the chosen map's kernel, alike on both sides of 0."""
    return scale_of(array(result.weight[result.settings.channel]), signed=True)


def output_scales(result: Result) -> dict[int, Scale]:
    """The scale of each map shown."""
    return map_scales(result.y, maps_shown(result))
