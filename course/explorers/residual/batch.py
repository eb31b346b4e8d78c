"""The batch that goes through the block: feature maps of photos."""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from course import images
from course.explorers.kernels import bank

IMAGES = ("camera", "coffee", "china", "flower")

_CHANNELS = (6, 0, 1, 4, 2, 3, 5, 7)  # the photo itself first, then what kernels make of it: their places in the mix


@lru_cache(maxsize=64)
def feature_maps(channels: int, size: tuple[int, int]) -> Tensor:
    """What a first layer could make of the photos: (N, channels, *size), none negative; not to be changed in place.

    Channel 0 is the photo in grey, the others answer to edges, blur and the like. Each has a standard deviation of 1
    over the batch, as feature maps have behind a BatchNorm.
    """
    photos = torch.stack([images.photo(name, size, channels=1) for name in IMAGES])
    mix, _bias = bank("mix", len(_CHANNELS), 1, 3, 3)
    weight = mix[list(_CHANNELS)][:channels]
    if channels > len(_CHANNELS):
        more, _bias = bank("random", channels - len(_CHANNELS), 1, 3, 3)
        weight = torch.cat((weight, more - more.mean(dim=(2, 3), keepdim=True)))  # else some would answer nowhere
    maps = F.relu(F.conv2d(F.pad(photos, (1, 1, 1, 1), mode="replicate"), weight))
    return maps / maps.std(dim=(0, 2, 3), keepdim=True).clamp(min=1e-6)
