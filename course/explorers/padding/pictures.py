"""The named pictures of the padding explorer, each cut out of a larger one: their real surroundings are known."""

from __future__ import annotations

from functools import lru_cache

import torch.nn.functional as F
from torch import Tensor

from course import images
from course.explorers.calls import Pair

SIZES = ((8, 8), (16, 16), (20, 28), (32, 32))
SURROUNDINGS = 16
"""Real cells that are known on every side of a named picture."""

_DIGIT = "digit"
_PHOTO_SIDE = 112
_CENTRES = {  # of the patches, (row, column) in a photo of 112 × 112: where their borders cut through something
    "cat": (42, 36),
    "camera": (34, 46),
    "coffee": (44, 60),
    "coins": (56, 56),
    "china": (50, 44),
    "brick": (56, 56),
    "gravel": (56, 56),
}
IMAGES = (*_CENTRES, _DIGIT)


@lru_cache(maxsize=64)
def named_image(name: str, size: Pair, channels: int) -> tuple[Tensor, Tensor]:
    """A picture (C, *size), and the same with SURROUNDINGS more cells on every side; not to be changed in place."""
    height, width = size
    around = (SURROUNDINGS, SURROUNDINGS)
    if name == _DIGIT:  # scanned as a box around the strokes: beyond it, the page was empty
        side = min(size)
        digit = images.digits(side)[0][3].expand(channels, -1, -1)
        rows, columns = height - side, width - side
        image = F.pad(digit, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))
        return image, F.pad(image, around * 2)
    if name in images.texture_names():
        photo = images.texture(name, _PHOTO_SIDE).expand(channels, -1, -1)
    else:
        photo = images.photo(name, _PHOTO_SIDE, channels)
    top, left = (centre - side // 2 for centre, side in zip(_CENTRES[name], size, strict=True))
    wide = photo[
        :,
        top - SURROUNDINGS : top + height + SURROUNDINGS,
        left - SURROUNDINGS : left + width + SURROUNDINGS,
    ]
    return wide[:, SURROUNDINGS:-SURROUNDINGS, SURROUNDINGS:-SURROUNDINGS], wide
