"""The picture of the layout explorer: maps of x and y, and both memories cell by cell, in the colours of the channels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from course.explorers.layout.parts import Floats, Ints, Name, Panel, Strip, Tint, inner
from course.explorers.layout.result import Memory, Result
from course.explorers.layout.settings import CONV_OF_NHWC, NHWC, NOTHING, PERMUTE
from course.explorers.text import picture_text
from course.figures import HIDDEN, LINE, MUTED, Colour, Fill, Label, Layout, Picture, Pixels, Rectangle, outline
from course.language import N_

WIDTH, HEIGHT = 896, 568
X_COLOURS: tuple[Colour, ...] = (
    (213, 62, 20),
    (0, 150, 105),
    (30, 110, 215),
    (128, 128, 128),
    (190, 140, 0),
    (150, 70, 170),
)
Y_COLOURS: tuple[Colour, ...] = ((190, 90, 160), (170, 130, 0), (20, 150, 190), (120, 110, 100))
_LEFT, _MIDDLE = 12, 468
_WARNING: Colour = (190, 70, 0)
_MAPS_TOP, _MAPS_HEIGHT, _WITHOUT_Y = 50, 212, 88  # _WITHOUT_Y: how much more the maps of x may take
_TITLE, _X_STRIP, _Y_MEMORY = 26, 48, 478  # below the maps; below the maps; from the top
_PHOTO_CHANNELS, _VALUES_OF_A_ROW = 3, 20


def draw(result: Result, revealed: bool) -> Picture:
    """Maps above, memory below: x, and y where something is done with x."""
    panel = _x_panel(result)
    strip = Strip.of(len(result.memory.values), result.settings.batch, _below(panel) + _X_STRIP)
    tint = Tint.of(_array(result.x), X_COLOURS)
    labels = [
        *_titles(result, _below(panel) + _TITLE),
        *panel.labels(),
        *strip.ticks(),
        *strip.ruler_labels(result.memory.stride, revealed),
    ]
    fills = [*panel.swatches(), *(strip.rulers(result.memory.stride) if revealed else ())]
    chosen = result.memory.offset(result.settings.element)
    channels = _x_channels(result, result.memory.elements)
    items = [*_x_cells(result, panel, tint), *_strip_cells(strip, result.memory, channels, tint, revealed, chosen)]
    if result.y is not None and result.y_memory is not None and result.settings.operation != NOTHING:
        panel = _y_panel(result, result.y, panel.zoom)
        strip = Strip.of(len(result.y_memory.values), result.settings.batch, _Y_MEMORY + 10, strip.zoom)
        labels += panel.labels()
        fills += panel.swatches()
        if result.came_from is None:
            tint = Tint.of(_array(result.y), Y_COLOURS)
            items += _computed_cells(_array(result.y), panel, tint)
            channels = _channels(result.y_memory.elements, result.y.shape)
        else:
            items += _reread_cells(result, result.came_from, panel, tint, revealed)
            channels = _x_channels(result, result.y_memory.elements)
        chosen_in_y = None if result.index is None else result.y_memory.offset(result.index)
        items += _strip_cells(strip, result.y_memory, channels, tint, revealed, chosen_in_y)
    return Picture(Layout(WIDTH, HEIGHT, tuple(labels), tuple(fills)), tuple(items))


def _titles(result: Result, memory: int) -> Iterator[Label]:
    settings = result.settings
    sizes = "{batch} × {channels}", "{height} × {width}"
    maps, each = (text.format(**vars(settings)) for text in sizes)
    title = picture_text(N_("x[n, c]: N × C = {maps} maps, each H × W = {each}")).format(maps=maps, each=each)
    yield Label(title, _LEFT, 19, 15, bold=True)
    order = {NHWC: N_("Memory of x: channels_last, so C runs fastest")}
    contiguous = N_("Memory of x: in index order, so W runs fastest")
    other = contiguous if result.x.is_contiguous() else N_("Memory of x: in the order of its strides")
    yield Label(picture_text(order.get(settings.memory_format, other)), _LEFT, memory, 15, bold=True)
    if settings.operation == NOTHING:
        return
    yield Label(f"y = {settings.expression()}", _MIDDLE, 19, 15, bold=True)
    if result.y is None:
        yield Label(picture_text(N_("torch raises an error")), (_MIDDLE + WIDTH) // 2, 156, 16, MUTED, "center")
        return
    if result.is_silently_wrong:
        yield Label(picture_text(N_("no error, yet wrong")), WIDTH - _LEFT, 19, 13, _WARNING, "right", bold=True)
    if result.shared:
        title = N_("Memory of y: that of x, nothing is copied")
    elif result.y.is_contiguous():
        title = N_("Memory of y: a new one, in index order")
    else:
        title = N_("Memory of y: a new one, channels_last")
    yield Label(picture_text(title), _LEFT, _Y_MEMORY, 15, bold=True)


def _x_panel(result: Result) -> Panel:
    """The maps of x; larger where there is no y."""
    settings = result.settings
    box = Rectangle(_LEFT, _MAPS_TOP, _MIDDLE - 2 * _LEFT, _MAPS_HEIGHT)
    if settings.operation == NOTHING:
        box = Rectangle(_LEFT, _MAPS_TOP, WIDTH - 2 * _LEFT, _MAPS_HEIGHT + _WITHOUT_Y)
    names = _channel_names(settings.channels, X_COLOURS, _is_photo(result))
    return Panel(box, settings.batch, names, settings.height, settings.width)


def _y_panel(result: Result, y: Tensor, largest: int) -> Panel:
    """The panel of y, its cells no larger than those of x: feature maps, maps read from (N, H, W, C), or rows of values."""
    box = Rectangle(_MIDDLE, _MAPS_TOP, WIDTH - _LEFT - _MIDDLE, _MAPS_HEIGHT)
    if y.dim() == 1:
        columns = min(_VALUES_OF_A_ROW, len(y))
        return Panel(box, 1, (("", None),), -(-len(y) // columns), columns, axes=None)
    if result.came_from is None:
        rows, channels, height, width = y.shape
        names = _channel_names(channels, Y_COLOURS)
    else:
        rows, height, width, channels = y.shape
        palette = X_COLOURS if result.settings.operation == PERMUTE else ()
        names = _channel_names(channels, palette, _is_photo(result))
    axes = ("w", "c") if result.settings.operation == CONV_OF_NHWC else ("h", "w")
    return Panel(box, rows, names, height, width, largest, axes)


def _channel_names(channels: int, palette: Sequence[Colour], is_photo: bool = False) -> tuple[Name, ...]:
    names = [(f"c = {c}", palette[c % len(palette)] if palette else None) for c in range(channels)]
    return ((picture_text(N_("in colour")), None), *names) if is_photo else tuple(names)


def _below(panel: Panel) -> int:
    return panel.box.top + panel.box.height


def _is_photo(result: Result) -> bool:
    """Whether the channels can be seen as red, green and blue."""
    x = result.x
    fits = x.dtype == torch.uint8 or (float(x.min()) >= 0 and float(x.max()) <= 1)
    return result.settings.channels == _PHOTO_CHANNELS and fits


def _photo(values: Tensor) -> Pixels:
    """(…, 3) values as red, green and blue."""
    pixels = values if values.dtype == torch.uint8 else (255 * values).round().to(torch.uint8)
    colours: Pixels = pixels.numpy()
    return colours


def _x_channels(result: Result, elements: Tensor) -> Ints:
    return _channels(elements, result.x.shape)


def _channels(elements: Tensor, shape: Sequence[int]) -> Ints:
    """The channel of each element of a tensor (N, C, H, W), given by its number in index order; -1 stays -1."""
    channels = elements // (shape[2] * shape[3]) % shape[1]
    return np.where(elements.numpy() < 0, -1, channels.numpy())


def _array(tensor: Tensor) -> Floats:
    return tensor.to(torch.float64).numpy()


def _x_cells(result: Result, panel: Panel, tint: Tint) -> Iterator[Fill]:
    x, has_colour = _array(result.x), int(_is_photo(result))
    for row, image in enumerate(x):
        if has_colour:
            yield from _map(panel, row, 0, _photo(result.x[row].permute(1, 2, 0)))
        for channel, values in enumerate(image):
            yield from _map(panel, row, channel + has_colour, tint(values, np.array(channel)))
    n, c, h, w = result.settings.element
    yield from outline(panel.cell(n, c + has_colour, h, w))


def _computed_cells(y: Floats, panel: Panel, tint: Tint) -> Iterator[Fill]:
    for row, maps in enumerate(y):
        for channel, values in enumerate(maps):
            yield from _map(panel, row, channel, tint(values, np.array(channel)))


def _reread_cells(result: Result, came_from: Tensor, panel: Panel, tint: Tint, revealed: bool) -> Iterator[Fill]:
    """y of the very elements of x, each in the colour of its channel in x."""
    y, index = _array(result.x.flatten()[came_from]), result.index
    colours = tint(y, _x_channels(result, came_from))
    if y.ndim == 1:
        for position, colour in enumerate(colours.tolist()):
            yield inner(panel.cell(0, 0, *divmod(position, panel.width)), tuple(colour))
        if index and revealed:
            yield from outline(panel.cell(0, 0, *divmod(index[0], panel.width)))
        return
    has_colour = int(_is_photo(result))
    for row, image in enumerate(y):
        if has_colour:
            yield from _map(panel, row, 0, _photo(result.x.flatten()[came_from[row]]))
        for channel in range(image.shape[-1]):
            yield from _map(panel, row, channel + has_colour, colours[row, :, :, channel])
    if index and revealed:
        n, h, w, c = index
        yield from outline(panel.cell(n, c + has_colour, h, w))


def _strip_cells(
    strip: Strip, memory: Memory, channels: Ints, tint: Tint, revealed: bool, chosen: int | None
) -> Iterator[Fill]:
    """The cells of a memory, those in gaps grey; all of them empty while their order is to be predicted."""
    colours = tint(_array(memory.values), channels)
    colours[channels < 0] = LINE
    if not revealed:
        colours[:] = HIDDEN
    for offset, colour in enumerate(colours.tolist()):
        yield inner(strip.cell(offset), tuple(colour))
    if revealed and chosen is not None:
        yield from outline(strip.cell(chosen))


def _map(panel: Panel, row: int, column: int, colours: Pixels) -> Iterator[Fill]:
    for h, line in enumerate(colours.tolist()):
        for w, colour in enumerate(line):
            yield inner(panel.cell(row, column, h, w), tuple(colour))
