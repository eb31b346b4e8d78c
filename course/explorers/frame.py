"""Pictures to PNG bytes: matplotlib draws a layout once, map pixels are pasted into it while a slider moves.

Pasting gives, bit for bit, what a full matplotlib draw gives (`Painter.draw`), about twenty times faster: text is not
drawn again, colours are looked up by number, and the PNG has one byte per pixel.
"""

from __future__ import annotations

import struct
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from course.figures import PAPER, Canvas, Colour, Fill, Layout, Map, Picture, Pixels, Scale

_LAYOUTS_KEPT = 24
_MOST_COLOURS = 256


@dataclass(frozen=True, eq=False)
class Image:
    """Pixels: (height, width) numbers into a (colours, 3) palette, or (height, width, 3) RGB without one."""

    pixels: Pixels
    palette: Pixels | None

    def png(self) -> bytes:
        """The image as PNG."""
        return _png(self.pixels, self.palette)

    def faded(self) -> Image:
        """The same image, pale: for what no longer holds."""
        if self.palette is None:
            return Image(_pale(self.pixels), None)
        return Image(self.pixels, _pale(self.palette))

    def rgb(self) -> Pixels:
        """The colours themselves, (height, width, 3)."""
        return self.pixels if self.palette is None else self.palette[self.pixels]


def blank() -> Image:
    """A white line, where there has been no picture yet."""
    return Image(np.full((1, 640, 3), 255, np.uint8), None)


class Painter:
    """Paints pictures, remembering the frames of the layouts it has met. Not for two threads at a time."""

    def __init__(self) -> None:
        self._canvases: dict[tuple[int, int], Canvas[Figure]] = {}
        self._frames: OrderedDict[Layout, Frame] = OrderedDict()
        self._last: tuple[Layout, Frame] | None = None

    def paste(self, picture: Picture) -> Image:
        """The picture, its maps pasted into the frame of its layout."""
        return self._frame(picture.layout).paste(picture)

    def draw(self, picture: Picture) -> Image:
        """The picture, drawn by matplotlib from beginning to end."""
        return self._frame(picture.layout).recode(self._canvas(picture.layout).draw(picture))

    def _frame(self, layout: Layout) -> Frame:
        if self._last is not None and self._last[0] is layout:  # a layout's hash takes its time
            return self._last[1]
        if layout not in self._frames:
            self._frames[layout] = Frame(self._canvas(layout).draw(Picture(layout)))
            if len(self._frames) > _LAYOUTS_KEPT:
                self._frames.popitem(last=False)
        self._frames.move_to_end(layout)
        self._last = (layout, self._frames[layout])
        return self._last[1]

    def _canvas(self, layout: Layout) -> Canvas[Figure]:
        size = (layout.width, layout.height)
        if size not in self._canvases:
            self._canvases[size] = Canvas(*size, Figure)
        return self._canvases[size]


class Frame:
    """A layout that matplotlib has drawn, ready for maps to be pasted into."""

    def __init__(self, rgb: Pixels) -> None:
        self._codes: dict[Colour, int] = {}
        self._tables: dict[bool, Pixels] = {}
        packed = _packed(rgb)
        seen = np.zeros(1 << 24, np.bool_)
        seen[packed] = True
        for colour in np.flatnonzero(seen).tolist():
            self._codes[(colour >> 16, colour >> 8 & 255, colour & 255)] = len(self._codes)
        for signed in (False, True):
            for red, green, blue in _table(signed).tolist():
                self._codes.setdefault((red, green, blue), len(self._codes))
        self._palette = self._palette_of_codes()
        self._background = self._coded(rgb)

    @property
    def has_palette(self) -> bool:
        """Whether its colours, and those of the maps, are few enough for a palette."""
        return len(self._codes) <= _MOST_COLOURS

    def paste(self, picture: Picture) -> Image:
        """The picture's maps and fills on this frame."""
        new = {item.colour for item in picture.items if isinstance(item, Fill)} - self._codes.keys()
        if new:
            self._admit(new)
        pixels, codes = self._background.copy(), self._codes if self.has_palette else None
        for item in picture.items:
            if isinstance(item, Fill):
                (left, top, width, height), colour = item
                pixels[top : top + height, left : left + width] = codes[colour] if codes else colour
            else:
                self._paste_map(pixels, item)
        return Image(pixels, self._palette)

    def recode(self, rgb: Pixels) -> Image:
        """RGB pixels as an image of this frame's kind; plain RGB where they have colours that the frame lacks."""
        if self.has_palette:
            image = Image(_lookup(self._codes)[_packed(rgb)], self._palette)
            if np.array_equal(image.rgb(), rgb):
                return image
        return Image(rgb.copy(), None)

    def _paste_map(self, pixels: Pixels, item: Map) -> None:
        values = np.asarray(item.values, dtype=np.float64)
        cells = self._colours(item.scale).take(item.scale.levels(values), axis=0, mode="clip")
        rows, columns = values.shape[0] * item.zoom, values.shape[1] * item.zoom
        if item.zoom > 1:
            cells = cells.repeat(item.zoom, axis=1).repeat(item.zoom, axis=0)
        pixels[item.top : item.top + rows, item.left : item.left + columns] = cells

    def _admit(self, colours: Iterable[Colour]) -> None:
        """Give more colours numbers; go over to RGB when there are too many."""
        palette = self._palette
        for colour in colours:
            self._codes.setdefault(colour, len(self._codes))
        self._palette = self._palette_of_codes()
        if palette is not None and self._palette is None:
            self._background = palette[self._background]
            self._tables.clear()

    def _coded(self, rgb: Pixels) -> Pixels:
        return _lookup(self._codes)[_packed(rgb)] if self.has_palette else rgb.copy()

    def _colours(self, scale: Scale) -> NDArray[np.uint8]:
        """What stands for each level of the scale: (levels,) numbers or (levels, 3) colours."""
        if scale.signed not in self._tables:
            table = _table(scale.signed)
            if self.has_palette:
                table = np.array([self._codes[red, green, blue] for red, green, blue in table.tolist()], np.uint8)
            self._tables[scale.signed] = table
        return self._tables[scale.signed]

    def _palette_of_codes(self) -> Pixels | None:
        return np.array(list(self._codes), np.uint8) if self.has_palette else None


@cache
def _table(signed: bool) -> Pixels:
    """The colours of a scale's levels, (levels, 3), as matplotlib rounds them."""
    colormap = Scale(0, 1, signed).colormap
    table: Pixels = colormap(np.arange(colormap.N), bytes=True)[:, :3]
    return table


def _packed(rgb: Pixels) -> NDArray[np.int32]:
    wide = rgb.astype(np.int32)
    return wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]


def _lookup(codes: dict[Colour, int]) -> Pixels:
    table = np.zeros(1 << 24, np.uint8)
    for (red, green, blue), code in codes.items():
        table[red << 16 | green << 8 | blue] = code
    return table


def _pale(colours: Pixels) -> Pixels:
    """Colours turned grey and moved most of the way to the paper."""
    grey = colours.astype(np.float64).mean(axis=-1, keepdims=True)
    return np.broadcast_to(PAPER + (grey - PAPER) * 0.35, colours.shape).round().astype(np.uint8)


def _png(pixels: Pixels, palette: Pixels | None) -> bytes:
    """A PNG of 8 bits per sample, for speed; zoomed maps repeat their rows, which costs next to nothing."""
    height, width = pixels.shape[:2]
    flat = pixels.reshape(height, -1)
    # PNG's filter 2 writes a row as its difference from the row above: zeros, where a row is repeated.
    rows = np.full((height, flat.shape[1] + 1), 2, np.uint8)
    rows[0, 1:] = flat[0]
    np.subtract(flat[1:], flat[:-1], out=rows[1:, 1:])
    compressor = zlib.compressobj(1, zlib.DEFLATED, 15, 8, zlib.Z_RLE)
    data = compressor.compress(rows.data) + compressor.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if palette is None else 3, 0, 0, 0)
    colours = b"" if palette is None else _chunk(b"PLTE", palette.tobytes())
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + colours + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
