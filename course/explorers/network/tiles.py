"""Where feature maps and bars stand in the picture: as many maps at once as stay large enough to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from course.explorers.drawing import block_around
from course.figures import Rectangle, place

MAPS, _MAPS_ABOVE_SCORES = Rectangle(264, 28, 620, 480), Rectangle(264, 28, 620, 356)
_PAGES = (24, 15, 12, 8, 6, 4, 2, 1)  # how many maps may be shown at once
_LEAST_SIDE = 60  # pixels of a map; where they are less, fewer maps are shown
_GAP, _NUMBER = 8, 15  # between maps, and the height of a map's number
_LARGEST_MAP = 224


def maps_box(with_scores: bool) -> Rectangle:
    """The part of the picture for the maps of a layer, with the network's scores below it or not."""
    return _MAPS_ABOVE_SCORES if with_scores else MAPS


def page(shape: Sequence[int], chosen: int, box: Rectangle) -> range:
    """The feature maps, of all (count, height, width), that are shown at once: a page with the chosen one on it."""
    count, height, width = shape
    return block_around(chosen, count, _page_size(count, (height, width), box))


def page_tiles(shape: Sequence[int], shown: range, box: Rectangle) -> tuple[Rectangle, ...]:
    """A place for each map of a page; on the last page too, as large as on a full one."""
    count, height, width = shape
    return _tiles(min(_page_size(count, (height, width), box), count), box)[: len(shown)]


@lru_cache(maxsize=64)
def bars(count: int, box: Rectangle) -> tuple[Rectangle, ...]:
    """Places for so many bars beside each other."""
    step = min(box.width // count, 56)
    return tuple(
        Rectangle(box.left + index * step + step // 8, box.top, step - step // 4, box.height) for index in range(count)
    )


@lru_cache(maxsize=64)
def _page_size(count: int, shape: tuple[int, int], box: Rectangle) -> int:
    """How many of so many maps are shown at once: many, but not so many that they get tiny."""

    def side(size: int) -> int:
        grid = place(shape, _tiles(min(size, count), box)[0])
        return max(shape) // grid.step * grid.zoom

    return next((size for size in _PAGES if side(size) >= _LEAST_SIDE), max(_PAGES, key=side))


@lru_cache(maxsize=64)
def _tiles(count: int, box: Rectangle) -> tuple[Rectangle, ...]:
    """Places for so many square maps, as large as can be, each below its number."""

    def side(columns: int) -> int:
        rows = -(-count // columns)
        wide, high = (box.width + _GAP) // columns - _GAP, (box.height + _GAP) // rows - _GAP - _NUMBER
        return min(wide, high, _LARGEST_MAP)

    columns = max(range(1, count + 1), key=side)
    size = side(columns)
    return tuple(
        Rectangle(
            box.left + (index % columns) * (size + _GAP),
            box.top + _NUMBER + (index // columns) * (size + _GAP + _NUMBER),
            size,
            size,
        )
        for index in range(count)
    )
