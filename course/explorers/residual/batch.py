"""The batch that goes through the block: feature maps of photos, or the learner's own images."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course import images
from course.explorers.calls import Pair
from course.explorers.kernels import bank
from course.explorers.learner_inputs import own_image
from course.language import _

IMAGES = ("camera", "coffee", "china", "flower")

_LARGEST_SIDE, _LARGEST_BATCH = 128, 16
_CHANNELS = (6, 0, 1, 4, 2, 3, 5, 7)  # the photo itself first, then what kernels make of it: their places in the mix


@lru_cache(maxsize=64)
def feature_maps(channels: int, size: Pair) -> Tensor:
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


def own_batch(value: Any) -> Tensor:
    """The learner's images as a batch (N, C, H, W)."""
    shape = tuple(getattr(value, "shape", ()))
    if len(shape) == 4 and 1 <= shape[0] <= _LARGEST_BATCH:
        batch = torch.stack([own_image(image) for image in value])
    else:
        batch = own_image(value)[None]
    if max(batch.shape[2:]) > _LARGEST_SIDE:
        message = _(
            "image is {height} × {width}; up to {most} × {most} can be shown here: cut out image[..., :64, :64]."
        )
        raise ValueError(message.format(height=batch.shape[2], width=batch.shape[3], most=_LARGEST_SIDE))
    return batch
