"""How the variants explorer looks: a column for each 2-D kind beside the input, the 1-D kind in a row below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from course.arithmetic import SizeSteps
from course.explorers.calls import padded_input
from course.explorers.drawing import (
    array,
    block_around,
    dropped_lines,
    image_scale,
    lettering,
    map_scales,
    padding_strips,
    read_cells,
)
from course.explorers.text import times
from course.explorers.variants import places
from course.explorers.variants.places import CHOSEN, COLUMN, COLUMNS, LEFT
from course.explorers.variants.result import Result, Variant, channels_behind, connections, products
from course.explorers.variants.settings import SIGNAL
from course.figures import (
    INK,
    LINE,
    MUTED,
    PADDING,
    UNREACHED,
    WINDOW,
    Colour,
    Fill,
    Grid,
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
from course.language import language

_SMALLEST_COUNT = 3  # pixels
_READS, _READS_NOT = 0.3, 0.91  # how light the cells of "who reads whom" are
_LARGEST_CELL = 8
_BETWEEN = 8  # the two layers of a depthwise separable convolution
_PIXELS_OF_ZERO, _WIDEST_BAR = 2, 16


def draw(result: Result, revealed: bool) -> Picture:
    """Every kind's numbers, maps, channels and counts; on the input, what the chosen output cell reads."""
    refused = frozenset(kind for kind, variant in result.variants.items() if variant.problem)
    items: list[Map | Fill] = [*_input(result)]
    for kind, left in COLUMNS.items():
        variant = result.variants[kind]
        items += _numbers(variant, left, places.NUMBERS, revealed)
        if kind not in refused:
            items += _channels(result, variant, left)
            items += _outputs(result, variant, left) if revealed else ()
    items += _numbers(result.variants[SIGNAL], places.PLOTS[0] - 10, places.SIGNAL_NUMBERS, revealed, anchor="right")
    items += _signal_row(result, revealed)
    items += _chosen(result.settings.kind)
    return Picture(places.layout(language(), refused, revealed), tuple(items))


def _chosen(kind: str) -> Iterator[Fill]:
    """A frame around the kind that is looked at."""
    if kind == SIGNAL:
        yield from frame(Rectangle(4, places.RULE + 4, places.WIDTH - 8, places.HEIGHT - places.RULE - 6), CHOSEN, 2)
    else:
        yield from frame(Rectangle(COLUMNS[kind] - 6, 3, COLUMN + 10, places.RULE - 8), CHOSEN, 2)


def _numbers(
    variant: Variant, x: int, baselines: tuple[int, ...], revealed: bool, anchor: str = "left"
) -> Iterator[Map]:
    """Output size, parameters and multiply-adds."""
    told = variant.numbers if revealed or variant.problem else ("?",) * len(baselines)
    for text, baseline in zip(told, baselines, strict=True):
        yield lettering(text, x, baseline, anchor=anchor)


def _input(result: Result) -> Iterator[Map | Fill]:
    """The chosen input channel with what is read of it; all channels, framed where the chosen map reads them."""
    x, settings, chosen = result.x, result.settings, result.chosen
    yield lettering(times(x.shape), LEFT + COLUMN, places.TITLE, anchor="right")
    channel = settings.in_channel
    yield lettering(f"x[0, {channel}]", LEFT, places.LARGE - 6, muted=True)
    read = () if chosen.problem or settings.kind == SIGNAL else channels_behind(chosen.layers, settings.channel)
    yield from _large_input(result, channel in read)
    for spot, index in enumerate(block_around(channel, x.shape[0])):
        yield from _thumbnail(array(x[index]), image_scale(array(result.x)), places.small(LEFT, spot), index in read)


def _large_input(result: Result, is_read: bool) -> Iterator[Map | Fill]:
    """The chosen input channel; with its padding where the chosen kind pads the input."""
    settings, layer = result.settings, result.chosen.spatial
    values, before = result.x[settings.in_channel][None], (0, 0)
    steps = () if result.chosen.problem or settings.kind == SIGNAL else layer.steps(result.chosen.shape)
    rows, columns = steps or (None, None)
    if isinstance(rows, SizeSteps) and isinstance(columns, SizeSteps):
        sides = [(axis.before, axis.after) for axis in (rows, columns)]
        values, before = padded_input(values, sides, layer.padding_mode), (rows.before, columns.before)
    grid = place(values.shape, places.large(LEFT))
    yield backing(grid.box())
    yield grid.map(array(values[0]), image_scale(array(result.x)))
    if isinstance(rows, SizeSteps) and isinstance(columns, SizeSteps):
        if layer.padding_mode == "zeros":
            yield from padding_strips(grid, rows, columns)
        yield from dropped_lines(grid, rows, columns)
    if settings.kind == SIGNAL and settings.reads_scan_line:
        yield from frame(grid.box(result.x.shape[1] // 2, 0, 1), WINDOW, 1)
    if steps and is_read:
        yield from _read_cells(grid, result.chosen, (settings.row, settings.column), before)


def _read_cells(grid: Grid, variant: Variant, cell: tuple[int, int], before: tuple[int, int]) -> Iterator[Fill]:
    """The input cells behind an output cell: their outline, and a dot in each where they stand apart."""
    reach = variant.spatial.reach(variant.shape)
    rows, columns = (
        [index + first for index in axis[place] if not variant.spatial.is_transposed or index >= 0]
        for axis, place, first in zip(reach, cell, before, strict=True)
    )
    if rows and columns:  # a transposed convolution can leave cells that nothing is written to
        apart = any(len(axis) < max(axis) - min(axis) + 1 for axis in (rows, columns))
        yield from read_cells(grid, rows, columns, apart)


def _outputs(result: Result, variant: Variant, left: int) -> Iterator[Map | Fill]:
    """The chosen map large, all maps small, and how many input cells are behind each cell."""
    settings, y = result.settings, variant.output
    scales, channel = output_scales(variant, settings.channel), settings.channel
    yield lettering(f"y[0, {channel}]", left, places.LARGE - 6, muted=True)
    grid = place(y.shape, places.large(left))
    yield backing(grid.box())
    yield grid.map(array(y[channel]), scales[channel])
    counts = _count_grid(y.shape, places.counts(left))
    yield backing(counts.box())
    counted = products(variant.spatial, variant.shape)[: counts.rows, : counts.columns]
    yield counts.map(counted, count_scale(variant))
    for spot, index in enumerate(block_around(channel, y.shape[0])):
        yield from _thumbnail(array(y[index]), scales[index], places.small(left, spot), index == channel)
    if variant.kind == settings.kind:
        yield from outline(grid.box(settings.row, settings.column, 1, 1))
        if settings.row < counts.rows and settings.column < counts.columns:
            yield from frame(counts.box(settings.row, settings.column, 1, 1), WINDOW, 1)


def _channels(result: Result, variant: Variant, left: int) -> Iterator[Map | Fill]:
    """Who reads whom: a row for each output map, a column for each channel that it could read."""
    room = (COLUMN - _BETWEEN * (len(variant.layers) - 1)) // len(variant.layers)
    for index, layer in enumerate(variant.layers):
        if index:
            yield lettering("→", left - _BETWEEN, places.WHO + 18, 9)
        connected = connections(layer)
        rows, columns = connected.shape
        cell = max(min(places.WHO_HEIGHT // rows, room // columns, _LARGEST_CELL), 1)
        pixels = np.where(connected, _READS, _READS_NOT).repeat(cell, axis=0).repeat(cell, axis=1)
        if cell > 2:
            pixels[cell - 1 :: cell], pixels[:, cell - 1 :: cell] = 1.0, 1.0
        yield Map(pixels, Scale(0.0, 1.0), left, places.WHO, 1)
        if index == len(variant.layers) - 1 and cell > 2:
            height = cell * result.settings.channel
            yield from frame(Rectangle(left, places.WHO + height, columns * cell - 1, cell - 1), WINDOW, 1)
        left += columns * cell + _BETWEEN


def _thumbnail(values: NDArray[np.float32], scale: Scale, box: Rectangle, chosen: bool) -> Iterator[Map | Fill]:
    """A map as large as the box, whatever its size: the cell nearest to each pixel."""
    rows, columns = values.shape
    longest = max(rows, columns)
    height, width = (max(side * box.height // longest, 1) for side in (rows, columns))
    nearest = values[np.arange(height) * rows // height][:, np.arange(width) * columns // width]
    place = Rectangle(box.left, box.top, width, height)
    yield backing(place)
    yield Map(nearest, scale, box.left, box.top, 1)
    if chosen:
        yield from frame(place, WINDOW, 2)


def _count_grid(shape: Sequence[int], box: Rectangle) -> Grid:
    """Where the counts lie; of maps too large for cells of a few pixels, their top left corner."""
    rows, columns = shape[-2:]
    zoom = max(min(box.height // rows, box.width // columns), _SMALLEST_COUNT)
    return Grid(box.left, box.top, min(rows, box.height // zoom), min(columns, box.width // zoom), zoom, 1)


def output_scales(variant: Variant, channel: int) -> dict[int, Scale]:
    """The scale of each map shown of a kind."""
    return map_scales(variant.output, block_around(channel, variant.output.shape[0]))


def count_scale(variant: Variant) -> Scale:
    """The greys of a kind's counts, from none to the most."""
    return scale_of(products(variant.spatial, variant.shape))


def _signal_row(result: Result, revealed: bool) -> Iterator[Map | Fill]:
    """The chosen channel of the signal with its padding, and the chosen map of its output."""
    variant, settings = result.variants[SIGNAL], result.settings
    channel = min(settings.in_channel, result.signal.shape[0] - 1)
    yield lettering(f"x[0, {channel}]", places.PLOTS[0], places.SIGNALS - 6, muted=True)
    values = result.signal[channel]
    colours: list[Colour] = [MUTED] * len(values)
    if variant.problem:
        yield from _bars(array(values), colours, places.PLOTS[0])
        return
    (steps,) = variant.spatial.steps(variant.shape)
    assert isinstance(steps, SizeSteps)
    colours = [PADDING] * steps.before + colours + [PADDING] * steps.after
    if steps.dropped:
        colours[-steps.dropped :] = [UNREACHED] * steps.dropped
    looked_at = settings.kind == SIGNAL and revealed
    if looked_at:
        for index in variant.spatial.reach(variant.shape)[0][settings.column]:
            colours[index + steps.before] = WINDOW
    padded = padded_input(values[None], [(steps.before, steps.after)], variant.spatial.padding_mode)[0]
    yield from _bars(array(padded), colours, places.PLOTS[0])
    if not revealed:
        return
    yield lettering(f"y[0, {settings.channel}]", places.PLOTS[1], places.SIGNALS - 6, muted=True)
    outputs = variant.output[settings.channel]
    colours = [INK] * len(outputs)
    if looked_at:
        colours[settings.column] = WINDOW
    yield from _bars(array(outputs), colours, places.PLOTS[1])


def _bars(values: NDArray[np.float32], colours: Sequence[Colour], left: int) -> Iterator[Fill]:
    """A bar for each sample from the line of zero; a small one where the sample is zero, so that its place is seen."""
    pitch = max(min(places.PLOT_WIDTH // len(values), _WIDEST_BAR), 1)
    width = pitch - 1 if pitch > 2 else pitch
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    per_value = (places.SIGNALS_HEIGHT - _PIXELS_OF_ZERO) / ((high - low) or 1.0)
    zero = places.SIGNALS + round(high * per_value)
    yield Fill(Rectangle(left, zero, pitch * len(values), 1), LINE)
    for index, (value, colour) in enumerate(zip(values.tolist(), colours, strict=True)):
        height = round(abs(value) * per_value)
        top = zero - height if value > 0 else zero
        yield Fill(Rectangle(left + index * pitch, top, width, height + _PIXELS_OF_ZERO), colour)
