"""What the layout explorer can be set to, and what a call of it accepts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from course import images
from course.explorers.calls import Conv2dCall
from course.explorers.validate import in_range, one_of
from course.language import _

NCHW, NHWC, GIVEN = "contiguous_format", "channels_last", "preserve_format"
NOTHING, CONV, PERMUTE, RESHAPE = "nothing", "conv", "permute", "reshape"
VIEW, FLAT, CONV_OF_NHWC = "view(-1)", "reshape(-1)", "conv of NHWC"
FORMATS = (NCHW, NHWC, GIVEN)
OPERATIONS = (NOTHING, CONV, PERMUTE, RESHAPE, VIEW, FLAT, CONV_OF_NHWC)
RANGES = {
    "batch": (1, 3),
    "channels": (1, 4),
    "height": (1, 6),
    "width": (1, 6),
    "kernel": (1, 5),
    "stride": (1, 3),
    "padding": (0, 2),
    "out_channels": (1, 4),
}
AXES = {"n": "batch", "c": "channels", "h": "height", "w": "width"}

_PHOTOS = ("flower", "coffee", "china")
_PHOTO_SIDE = 120
_BRIGHTNESS = (0.299, 0.587, 0.114)  # of red, green and blue: ITU-R BT.601
_LARGEST = (4, 6, 8, 8)
_MOST_CELLS = 1536  # the cells of the largest tensor, a memory with gaps included


@dataclass(frozen=True)
class Settings:
    """The settings: the sizes of x, the order of its memory, what is done with it, and the element looked at."""

    batch: int = 2
    channels: int = 3
    height: int = 4
    width: int = 5
    memory_format: str = NCHW
    operation: str = CONV
    n: int = 1
    c: int = 1
    h: int = 2
    w: int = 3
    kernel: int = 3
    stride: int = 1
    padding: int = 1
    out_channels: int = 2
    own: Tensor | None = field(default=None, compare=False)

    @property
    def element(self) -> tuple[int, int, int, int]:
        """The index of the chosen element."""
        return self.n, self.c, self.h, self.w

    def input(self) -> Tensor:
        """The tensor before it gets its memory format, (N, C, H, W); not to be changed in place."""
        if self.own is not None:
            return self.own
        return _pictures(self.batch, self.channels, self.height, self.width)

    def layer(self) -> Conv2dCall | None:
        """The layer of the operations that have one."""
        if self.operation not in (CONV, CONV_OF_NHWC):
            return None
        kernel, stride, padding = ((size, size) for size in (self.kernel, self.stride, self.padding))
        return Conv2dCall(self.channels, self.out_channels, kernel, stride, padding)

    def ordering(self) -> str:
        """The expression that gives x its memory format."""
        return {NCHW: "x.contiguous()", NHWC: "x.to(memory_format=torch.channels_last)", GIVEN: "x"}[self.memory_format]

    def expression(self) -> str:
        """The expression that makes y."""
        return {
            NOTHING: "x",
            CONV: "conv(x)",
            PERMUTE: "x.permute(0, 2, 3, 1)",
            RESHAPE: f"x.reshape({self.batch}, {self.height}, {self.width}, {self.channels})",
            VIEW: "x.view(-1)",
            FLAT: "x.reshape(-1)",
            CONV_OF_NHWC: "conv(x.permute(0, 2, 3, 1))",
        }[self.operation]

    def program(self) -> str:
        """The lines that give what is shown, given x; the layer's random parameters aside."""
        layer = self.layer()
        lines = [f"x = {self.ordering()}"] if self.memory_format != GIVEN else []
        lines += [f"conv = {layer}"] if layer else []
        lines += [f"y = {self.expression()}"] if self.operation != NOTHING or not lines else []
        return "\n".join(lines)


def settings_of(
    *,
    batch: int = 2,
    channels: int = 3,
    height: int = 4,
    width: int = 5,
    memory_format: Any = None,
    operation: str = CONV,
    n: int | None = None,
    c: int | None = None,
    h: int | None = None,
    w: int | None = None,
    kernel: int = 3,
    stride: int = 1,
    padding: int = 1,
    out_channels: int = 2,
    x: Any = None,
) -> Settings:
    """How a tensor (N, C, H, W) lies in memory: its strides, and what reads or copies it.

    Args:
        batch, channels, height, width: N, C, H and W of a batch of small photos.
        memory_format: "contiguous_format" or "channels_last", or torch's own names of them; "preserve_format" leaves
            your tensor as it is, which is what happens to it by default.
        operation: what is done with x: "nothing", "conv", "permute" and "reshape" (both to N, H, W, C), "view(-1)",
            "reshape(-1)", and "conv of NHWC", the mistake of handing a layer (N, H, W, C).
        n, c, h, w: the index of the element that is looked at.
        kernel, stride, padding, out_channels: of the layer.
        x: your own tensor or array (N, C, H, W), up to 4 × 6 × 8 × 8; shown with the strides that it has.

    Raises:
        TypeError, ValueError: for what none of this can mean; with the reason, and what to do.
    """
    own = None if x is None else own_batch(x)
    sizes = {"batch": batch, "channels": channels, "height": height, "width": width}
    if own is None:
        sizes = {name: in_range(name, size, RANGES[name]) for name, size in sizes.items()}
    else:
        sizes = dict(zip(sizes, own.shape, strict=True))
    element = {}
    for axis, index in zip(AXES, (n, c, h, w), strict=True):
        last = sizes[AXES[axis]] - 1
        element[axis] = min(getattr(Settings, axis), last) if index is None else in_range(axis, index, (0, last))
    if isinstance(memory_format, torch.memory_format):
        memory_format = str(memory_format).removeprefix("torch.")
    if memory_format is None:
        memory_format = NCHW if own is None else GIVEN
    layer = {"kernel": kernel, "stride": stride, "padding": padding, "out_channels": out_channels}
    return Settings(
        **sizes,
        **element,
        **{name: in_range(name, value, RANGES[name]) for name, value in layer.items()},
        memory_format=one_of("memory_format", memory_format, FORMATS),
        operation=one_of("operation", operation, OPERATIONS),
        own=own,
    )


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
def _pictures(batch: int, channels: int, height: int, width: int) -> Tensor:
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
