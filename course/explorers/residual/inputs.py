"""The inputs of the residual explorer: feature maps of photos or a learner's images, and a learner's block."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import images
from course.explorers.kernels import bank
from course.explorers.learner_inputs import own_image
from course.language import _

IMAGES = ("camera", "coffee", "china", "flower")
CONVOLUTION_LAYERS = (nn.Conv2d, nn.ConvTranspose2d)

_LARGEST_SIDE, _LARGEST_BATCH = 128, 16
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


def own_block(value: Any) -> nn.Module:
    """A copy of the learner's module, so that nothing that is done here changes theirs.

    Raises:
        TypeError: for what is no module, for a class, and for a module without a convolution.
        ValueError: for weights with NaN or infinities.
    """
    if isinstance(value, type) and issubclass(value, nn.Module):
        message = _("block is the class {type} itself; give a block made from it, such as {type}(...).")
        raise TypeError(message.format(type=value.__name__))
    if not isinstance(value, nn.Module):
        message = _("block is a {type}; a module is wanted, such as your ResidualBlock(16).")
        raise TypeError(message.format(type=type(value).__name__))
    if not any(isinstance(module, CONVOLUTION_LAYERS) for module in value.modules()):
        raise TypeError(
            _("block has no nn.Conv2d among its modules. Are its layers made in __init__ and kept on self?")
        )
    if any(isinstance(parameter, nn.parameter.UninitializedParameter) for parameter in value.parameters()):
        raise TypeError(_("block is lazy and has no weights yet; run it once on an input."))
    for name, parameter in value.named_parameters():
        if not torch.isfinite(parameter.detach()).all():
            message = _("block.{name} holds NaN or infinities. Look at where it was computed.")
            raise ValueError(message.format(name=name))
    with torch.inference_mode(False):  # whose tensors could not take part in a backward pass
        return copy.deepcopy(value).cpu().float().requires_grad_(True)


def input_channels(block: nn.Module) -> int:
    """The channels that the block's first convolution, in the order of its modules, takes."""
    return next(module.in_channels for module in block.modules() if isinstance(module, CONVOLUTION_LAYERS))


def output_of(block: nn.Module, x: Tensor) -> tuple[Any, bool]:
    """What the block makes of x, and whether it wrote into x in place. Raises whatever the block raises."""
    with torch.inference_mode(False), torch.no_grad(), torch.random.fork_rng(devices=[]):  # it may hold a Dropout
        torch.manual_seed(0)
        given = x.clone()
        version = given._version
        return block(given), given._version != version
