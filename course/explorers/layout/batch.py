"""The batches of the layout explorer: small photos, or a learner's tensor with the strides that it has."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from course import images
from course.language import _

_PHOTOS = ("flower", "coffee", "china")
_PHOTO_SIDE = 120
_BRIGHTNESS = (0.299, 0.587, 0.114)  # of red, green and blue: ITU-R BT.601
_LARGEST = (4, 6, 8, 8)
_MOST_CELLS = 1536  # the cells of the largest tensor, a memory with gaps included


def own_batch(value: Any) -> Tensor:
    """A learner's (N, C, H, W) tensor or array, copied with the strides that it has, gaps included.

    Raises:
        TypeError: for what is no array of real numbers.
        ValueError: for another shape, more than can be shown cell by cell, NaN and infinities.
    """
    tensor = _tensor(value)
    shape = tuple(tensor.shape)
    if tensor.dim() != 4:
        hint = {
            3: _(" One image becomes a batch by x[None]."),
            2: _(" One grey image becomes a batch by x[None, None]."),
        }
        message = _("x has the shape {shape}, {axes} axes; a batch is wanted, (N, C, H, W).") + hint.get(len(shape), "")
        raise ValueError(message.format(shape=shape, axes=len(shape)))
    if shape[1] > _LARGEST[1] and shape[3] <= 4:
        message = _("x has the shape {shape}: with its channels at the end? Give x.permute(0, 3, 1, 2), which is NCHW.")
        raise ValueError(message.format(shape=shape))
    if tensor.numel() == 0:
        raise ValueError(_("x has the shape {shape}: nothing is in it.").format(shape=shape))
    span = span_of(tensor)
    if any(size > most for size, most in zip(shape, _LARGEST, strict=True)) or span > _MOST_CELLS:
        most = ", ".join(f":{size}" for size in _LARGEST)
        message = _(
            "x has the shape {shape} and reaches over {span} places of memory, too many to show each; "
            "give a small piece of it, such as x[{most}].clone()."
        )
        raise ValueError(message.format(shape=shape, span=span, most=most))
    bad = int((~torch.isfinite(tensor)).sum())
    if bad:
        message = _("x holds {bad} values that are NaN or infinite, of {all}. Look at where it was computed.")
        raise ValueError(message.format(bad=bad, all=tensor.numel()))
    memory = tensor.as_strided((span,), (1,)).clone()
    return memory.as_strided(tensor.shape, tensor.stride())


def span_of(tensor: Tensor) -> int:
    """How many places of memory lie from the tensor's first element to its last."""
    return 1 + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.stride(), strict=True))


def _tensor(value: Any) -> Tensor:
    try:
        tensor = value.detach().cpu() if isinstance(value, Tensor) else torch.from_numpy(np.asarray(value))
    except (TypeError, ValueError, NotImplementedError) as error:
        message = _("x must be a tensor or an array of numbers; this {type} is not: {error}")
        raise TypeError(message.format(type=type(value).__name__, error=error)) from None
    if tensor.is_complex() or tensor.layout != torch.strided:
        message = _("x is a tensor of {dtype}, {layout}; real numbers with strides are wanted.")
        raise TypeError(message.format(dtype=tensor.dtype, layout=tensor.layout))
    return tensor


@lru_cache(maxsize=64)
def pictures(batch: int, channels: int, height: int, width: int) -> Tensor:
    """Photos: 1 channel is their brightness, 2 are red and green, 4 are red, green, blue and brightness."""
    colours = torch.stack([_small_photo(name, height, width) for name in _PHOTOS[:batch]])
    grey = torch.einsum("nchw,c->nhw", colours, torch.tensor(_BRIGHTNESS))[:, None]
    return grey if channels == 1 else torch.cat([colours, grey], dim=1)[:, :channels].contiguous()


def _small_photo(name: str, height: int, width: int) -> Tensor:
    """The middle of a photo, each value the mean of a square of its pixels."""
    side = _PHOTO_SIDE // max(height, width)
    top, left = (_PHOTO_SIDE - side * height) // 2, (_PHOTO_SIDE - side * width) // 2
    middle = _photo(name)[:, top : top + side * height, left : left + side * width]
    return F.avg_pool2d(middle, side)


@cache
def _photo(name: str) -> Tensor:
    return images.photo(name, _PHOTO_SIDE)
