"""Arrays to matplotlib Figures: maps, fills and labels at exact pixels, nothing else.

Everything lies on whole pixels, counted from the top left corner: a map is drawn at a whole zoom, a fill is a filled
rectangle without antialiasing. So a picture means the same pixels to matplotlib and to whoever pastes them
(`course.explorers.frame`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Generic, NamedTuple, TypeVar

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

Colour = tuple[int, int, int]
Pixels = NDArray[np.uint8]
F = TypeVar("F", bound=Figure)

DPI = 128  # a power of two: inches to pixels and back without rounding
PAPER: Colour = (255, 255, 255)
INK: Colour = (33, 37, 41)
MUTED: Colour = (108, 117, 125)
LINE: Colour = (206, 212, 218)
WINDOW: Colour = (255, 176, 0)
PADDING: Colour = (116, 168, 235)
UNREACHED: Colour = (214, 102, 184)
HIDDEN: Colour = (233, 236, 239)

_GREYS_OF_TEXT = 15  # so few shades per text colour that a picture's colours fit into a palette of 256
_FAMILIES = ("DejaVu Sans", "Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo")
_MONOSPACE = ("DejaVu Sans Mono", *_FAMILIES)


@dataclass(frozen=True)
class Scale:
    """How values become colours: greys from `low` to `high`, or, `signed`, blue to red with white at 0."""

    low: float
    high: float
    signed: bool = False

    @property
    def colormap(self) -> Colormap:
        """The colormap, with so few levels that two of them and the text share a palette."""
        return _colormap(self.signed)

    def levels(self, values: NDArray[np.float64]) -> NDArray[np.intp]:
        """The level of each value, found as `Normalize` and `Colormap` find it; out of bounds where the value is."""
        levels = values - self.low
        levels /= self.high - self.low
        levels *= self.colormap.N
        return levels.astype(np.intp)


def scale_of(values: NDArray[np.floating], signed: bool | None = None) -> Scale:
    """The scale that shows these values whole: signed when one of them is negative, unless told otherwise."""
    largest = float(np.abs(values).max(initial=0.0)) or 1.0
    if signed if signed is not None else bool((values < 0).any()):
        return Scale(-largest, largest, signed=True)
    return Scale(0.0, largest)


class Rectangle(NamedTuple):
    """A rectangle on the picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Label:
    """A line of text; (x, y) is where its baseline begins, or its middle or end, as `anchor` says."""

    text: str
    x: int
    y: int
    size: int = 13  # pixels
    colour: Colour = INK
    anchor: str = "left"  # left, center or right
    bold: bool = False
    monospace: bool = False


class Fill(NamedTuple):
    """A filled rectangle."""

    box: Rectangle
    colour: Colour


@dataclass(frozen=True, eq=False)
class Map:
    """A (rows, columns) array of finite numbers, each cell a square of `zoom` pixels."""

    values: NDArray[np.floating]
    scale: Scale
    left: int
    top: int
    zoom: int


@dataclass(frozen=True)
class Layout:
    """What stays while a slider moves: the picture's size, its labels and the fills beneath them."""

    width: int
    height: int
    labels: tuple[Label, ...] = ()
    fills: tuple[Fill, ...] = ()


@dataclass(frozen=True, eq=False)
class Picture:
    """A layout, and the maps and fills drawn upon it, in this order."""

    layout: Layout
    items: tuple[Map | Fill, ...] = ()


@dataclass(frozen=True)
class Grid:
    """Where the cells of a map lie: each a square of `zoom` pixels, every `step`-th of them shown."""

    left: int
    top: int
    rows: int
    columns: int
    zoom: int
    step: int

    def map(self, values: NDArray[np.floating], scale: Scale) -> Map:
        """The map of these (rows, columns) values."""
        return Map(values[:: self.step, :: self.step], scale, self.left, self.top, self.zoom)

    def box(self, row: int = 0, column: int = 0, rows: int | None = None, columns: int | None = None) -> Rectangle:
        """The pixels of the cells from (row, column) on; of all of them by default."""
        rows, columns = self.rows if rows is None else rows, self.columns if columns is None else columns
        left, top = column // self.step, row // self.step
        right, bottom = -(-(column + columns) // self.step), -(-(row + rows) // self.step)
        zoom = self.zoom
        return Rectangle(self.left + left * zoom, self.top + top * zoom, (right - left) * zoom, (bottom - top) * zoom)


def place(shape: Sequence[int], box: Rectangle) -> Grid:
    """The largest grid of this shape, (…, rows, columns), in the box's top left corner; too large, it leaves cells out."""
    rows, columns = shape[-2:]
    zoom = min(box.height // rows, box.width // columns)
    step = 1 if zoom else max(-(-rows // box.height), -(-columns // box.width))
    return Grid(box.left, box.top, rows, columns, max(zoom, 1), step)


def backing(box: Rectangle, colour: Colour = LINE, thickness: int = 1) -> Fill:
    """A fill to be drawn beneath the box, which sticks out on all sides: the border of a map."""
    t = thickness
    return Fill(Rectangle(box.left - t, box.top - t, box.width + 2 * t, box.height + 2 * t), colour)


def frame(box: Rectangle, colour: Colour, thickness: int = 1) -> tuple[Fill, ...]:
    """Four fills around the box, outside it."""
    t, width, height = thickness, box.width, box.height
    return (
        Fill(Rectangle(box.left - t, box.top - t, width + 2 * t, t), colour),
        Fill(Rectangle(box.left - t, box.top + height, width + 2 * t, t), colour),
        Fill(Rectangle(box.left - t, box.top, t, height), colour),
        Fill(Rectangle(box.left + width, box.top, t, height), colour),
    )


def outline(box: Rectangle, colour: Colour = WINDOW) -> tuple[Fill, ...]:
    """The frame of a chosen place: coloured, with a dark edge, so that it is seen on light and dark maps."""
    return (*frame(box, colour, 2), *frame(Rectangle(box.left - 2, box.top - 2, box.width + 4, box.height + 4), INK, 1))


class Canvas(Generic[F]):
    """One persistent Figure on which pictures of one size are drawn, one after the other. Without pyplot: any thread."""

    def __init__(self, width: int, height: int, kind: type[F]) -> None:
        paper = [level / 255 for level in PAPER]  # opaque: also on a dark page
        self.figure: F = kind(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=paper, edgecolor=paper)
        self._agg = FigureCanvasAgg(self.figure)
        # Labels lie beneath the maps. The two layers are axes whose data coordinates are pixels.
        self._labels, self._maps = (self._layer(zorder, width, height) for zorder in (0, 1))
        self._labels.set_agg_filter(_few_greys)
        self._layout: Layout | None = None

    def draw(self, picture: Picture) -> Pixels:
        """The picture as matplotlib draws it: (height, width, 3), uint8."""
        self.show(picture)
        self._agg.draw()
        return np.asarray(self._agg.buffer_rgba())[..., :3]

    def show(self, picture: Picture) -> None:
        """Put the picture's artists on the figure."""
        if picture.layout != self._layout:
            self._empty(self._labels)
            self._add_fills(self._labels, picture.layout.fills)
            for label in picture.layout.labels:
                self._add_label(label)
            self._layout = picture.layout
        self._empty(self._maps)
        for zorder, items in enumerate(_runs(picture.items)):
            if isinstance(items, Map):
                self._add_map(items, zorder)
            else:
                self._add_fills(self._maps, items, zorder)

    def _layer(self, zorder: int, width: int, height: int) -> matplotlib.axes.Axes:
        axes = self.figure.add_axes((0, 0, 1, 1), zorder=zorder, xlim=(0, width), ylim=(height, 0), autoscale_on=False)
        axes.set_axis_off()
        return axes

    def _empty(self, axes: matplotlib.axes.Axes) -> None:
        for artist in [*axes.images, *axes.collections, *axes.texts]:
            artist.remove()

    def _add_map(self, item: Map, zorder: int) -> None:
        rows, columns = item.values.shape
        image = AxesImage(
            self._maps,
            cmap=item.scale.colormap,
            norm=Normalize(item.scale.low, item.scale.high),
            interpolation="nearest",
            interpolation_stage="data",
            origin="upper",
            extent=(item.left, item.left + columns * item.zoom, item.top + rows * item.zoom, item.top),
            resample=False,
            zorder=zorder,
        )
        image.set_data(np.asarray(item.values, dtype=np.float64))
        self._maps.add_image(image)

    def _add_fills(self, axes: matplotlib.axes.Axes, fills: Sequence[Fill], zorder: int = 0) -> None:
        corners = [
            (
                (b.left, b.top),
                (b.left + b.width, b.top),
                (b.left + b.width, b.top + b.height),
                (b.left, b.top + b.height),
            )
            for b in (fill.box for fill in fills)
        ]
        colours = [[level / 255 for level in fill.colour] for fill in fills]
        shapes = PolyCollection(corners, facecolors=colours, edgecolors="none", linewidths=0, antialiaseds=False)
        shapes.set(snap=False, zorder=zorder)
        axes.add_collection(shapes, autolim=False)

    def _add_label(self, label: Label) -> None:
        self._labels.text(
            label.x,
            label.y,
            label.text,
            fontsize=label.size * 72 / DPI,
            fontfamily=list(_installed(_MONOSPACE if label.monospace else _FAMILIES)),
            fontweight="bold" if label.bold else "normal",
            fontstyle="normal",
            color=[level / 255 for level in label.colour],
            horizontalalignment=label.anchor,
            verticalalignment="baseline",
            parse_math=False,
            antialiased=True,
        )


def figure_of(picture: Picture, kind: type[F]) -> F:
    """The picture as a plain matplotlib Figure, of a given kind; pyplot does not know of it."""
    canvas = Canvas(picture.layout.width, picture.layout.height, kind)
    canvas.show(picture)
    return canvas.figure


def with_lines(picture: Picture, lines: Iterable[str], size: int = 13) -> Picture:
    """The picture with these lines of text below it."""
    layout, below = picture.layout, []
    y = layout.height
    for line in lines:
        y += round(size * 1.5)
        below.append(Label(line, 12, y, size, monospace=True))
    labels = (*layout.labels, *below)
    return replace(picture, layout=replace(layout, height=y + size, labels=labels))


@cache
def drawable(text: str) -> bool:
    """Whether the fonts that are installed can write this text."""
    missing = {ord(character) for character in text}
    for family in _installed(_FAMILIES):
        missing -= set(get_font(_path(family)).get_charmap())
    return not missing


def _runs(items: Sequence[Map | Fill]) -> Iterable[Map | list[Fill]]:
    """The items in order, with fills that follow each other gathered."""
    fills: list[Fill] = []
    for item in items:
        if isinstance(item, Fill):
            fills.append(item)
            continue
        if fills:
            yield fills
            fills = []
        yield item
    if fills:
        yield fills


@cache
def _colormap(signed: bool) -> Colormap:
    # An odd number of levels gives 0 a level of its own in the middle.
    return matplotlib.colormaps["RdBu_r"].resampled(97) if signed else matplotlib.colormaps["gray"].resampled(96)


@cache
def _installed(families: tuple[str, ...]) -> tuple[str, ...]:
    known = {font.name for font in fontManager.ttflist}
    return tuple(family for family in families if family in known)


def _path(family: str) -> str:
    return str(findfont(FontProperties(family=family)))


def _few_greys(image: ArrayLike, _dpi: float) -> tuple[Pixels, float, float]:
    """Text with few shades of opacity (an Agg filter: straight RGBA from 0 to 1 in, uint8 out)."""
    opaque = np.asarray(image)
    pixels = np.round(opaque * 255).astype(np.uint8)
    pixels[..., 3] = np.round(np.round(opaque[..., 3] * _GREYS_OF_TEXT) * (255 / _GREYS_OF_TEXT))
    return pixels, 0, 0
