"""Numbers in a picture that change while a slider moves: text as a map of greys, pasted like any other map.

A label belongs to a picture's layout, and a new layout costs a full drawing. A map costs next to nothing, and means the
same pixels to matplotlib and to whoever pastes them.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from matplotlib.backends.backend_agg import get_hinting_flag
from matplotlib.font_manager import FontProperties, findfont, get_font
from numpy.typing import NDArray

from course.figures import DPI, Map, Scale

_GREYS = Scale(0.0, 1.0)
_INK, _MUTED = 0.13, 0.44  # how light the text is: 0 is black, 1 the paper
_FAMILY = "DejaVu Sans"  # comes with matplotlib


def lettering(
    text: str, x: int, baseline: int, size: int = 13, *, anchor: str = "left", bold: bool = False, muted: bool = False
) -> Map:
    """A line of text as a map; what a label of these settings would look like.

    Args:
        text: what the font DejaVu Sans can write: numbers, signs, untranslated names. Not empty.
        x, baseline: where the baseline begins, or has its middle or end, as `anchor` says.
        size: in pixels.
        anchor: left, center or right.
    """
    opacity, descent = _opacity(text, size, bold)
    height, width = opacity.shape
    left = x - {"left": 0, "center": width // 2, "right": width}[anchor]
    lightness = 1 - opacity * (1 - (_MUTED if muted else _INK))
    return Map(lightness, _GREYS, left, baseline + descent + 1 - height, 1)


@lru_cache(maxsize=1024)
def _opacity(text: str, size: int, bold: bool) -> tuple[NDArray[np.float64], int]:
    """The text's opacity from 0 to 1, (height, width), and how many of its rows lie below that of the baseline."""
    font = get_font(findfont(FontProperties(family=_FAMILY, weight="bold" if bold else "normal")))
    font.set_size(size * 72 / DPI, DPI)
    font.set_text(text, 0.0, flags=get_hinting_flag())
    font.draw_glyphs_to_bitmap(antialiased=True)
    image = np.asarray(font.get_image(), dtype=np.float64) / 255
    return image, math.ceil(font.get_descent() / 64)
