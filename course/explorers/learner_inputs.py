"""Inputs that a learner hands to an explorer: an image, a kernel, a layer. Taken when they can only mean one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from course.explorers.kernels import bank
from course.language import _
from course.layers import Layer

L = TypeVar("L", bound=nn.Module)

_LARGEST_SIDE = 1024
_LARGEST_KERNEL = 31


@dataclass(frozen=True)
class Own:
    """The inputs that a learner hands to an explorer of one convolution; the layer is theirs, not a copy."""

    image: Tensor | None = None
    kernel: Tensor | None = None
    layer: nn.Conv2d | None = None

    @property
    def in_channels(self) -> int | None:
        """The input channels that layer or kernel ask for."""
        if self.layer is not None:
            return self.layer.in_channels
        return None if self.kernel is None else self.kernel.shape[1]

    def parameters(self, call: Layer, preset: str) -> dict[str, Tensor]:
        """The weight and, where the call has one, the bias: of the learner's layer or kernel, else of a preset."""
        if self.layer is not None:
            own = {"weight": self.layer.weight, "bias": self.layer.bias}
            return {name: value.detach().cpu().float() for name, value in own.items() if value is not None}
        height, width = call.kernel_size
        weight, bias = bank(preset, call.out_channels, call.in_channels, height, width)
        if self.kernel is not None:
            weight, bias = self.kernel, torch.zeros_like(bias)
        return {"weight": weight, "bias": bias} if call.bias else {"weight": weight}


def own_image(value: Any) -> Tensor:
    """An image as a float32 tensor (C, H, W), from a tensor or array (H, W), (C, H, W) or (1, C, H, W).

    Raises:
        TypeError: for what is no array of floats; uint8 images are to be divided by 255 first.
        ValueError: for another shape, channels at the end, more than 1024 pixels a side, NaN and infinities.
    """
    image = _floats("image", value)
    shape = tuple(image.shape)
    if image.dim() == 4 and shape[0] == 1:
        image = image[0]
    elif image.dim() == 2:
        image = image[None]
    if image.dim() != 3:
        message = _("image has the shape {shape}; one image is wanted, (C, H, W) or (H, W): take image[0] of a batch.")
        raise ValueError(message.format(shape=shape))
    if image.shape[-1] in (3, 4) and image.shape[0] > 4:
        message = _(
            "image has the shape {shape}, with its channels at the end; give image.permute(2, 0, 1), {channels} × H × W."
        )
        raise ValueError(message.format(shape=shape, channels=image.shape[-1]))
    if not min(image.shape) >= 1 or max(image.shape[1:]) > _LARGEST_SIDE:
        message = _("image has the shape {shape}; its sides must be from 1 to {most}. F.interpolate makes it smaller.")
        raise ValueError(message.format(shape=shape, most=_LARGEST_SIDE))
    return image


def own_signal(value: Any) -> Tensor:
    """A signal as a float32 tensor (C, L), from a tensor or array (L,), (C, L) or (1, C, L).

    Raises:
        TypeError: for what is no array of floats.
        ValueError: for another shape, NaN and infinities.
    """
    signal = _floats("signal", value)
    shape = tuple(signal.shape)
    if signal.dim() == 3 and shape[0] == 1:
        signal = signal[0]
    elif signal.dim() == 1:
        signal = signal[None]
    if signal.dim() != 2 or min(signal.shape) < 1:
        message = _("signal has the shape {shape}; one signal is wanted, (C, L) or (L,): take signal[0] of a batch.")
        raise ValueError(message.format(shape=shape))
    return signal


def own_kernel(value: Any, in_channels: int) -> Tensor:
    """A kernel as a weight (out_channels, in_channels, height, width).

    From (height, width), used on every input channel; (in_channels, height, width), one output channel; or the full
    weight.

    Raises:
        TypeError, ValueError: as `own_image`, and when its input channels are not those of the image.
    """
    kernel = _floats("kernel", value)
    shape = tuple(kernel.shape)
    if kernel.dim() == 2:
        kernel = kernel.expand(1, in_channels, *shape)
    elif kernel.dim() == 3:
        kernel = kernel[None]
    if kernel.dim() != 4 or min(kernel.shape) < 1:
        message = _(
            "kernel has the shape {shape}; give (height, width), (in, height, width) or (out, in, height, width)."
        )
        raise ValueError(message.format(shape=shape))
    if kernel.shape[1] != in_channels:
        message = _("kernel has the shape {shape}: {given} input channels, but the image has {wanted}.")
        raise ValueError(message.format(shape=shape, given=kernel.shape[1], wanted=in_channels))
    if max(kernel.shape[2:]) > _LARGEST_KERNEL:
        message = _("kernel has the shape {shape}; it can be shown up to {most} × {most}.")
        raise ValueError(message.format(shape=shape, most=_LARGEST_KERNEL))
    return kernel.contiguous()


def own_layer(value: Any, *kinds: type[L]) -> L:
    """A layer that can be shown: an initialised one of these classes, with finite weights.

    The first class is named where an example is given.

    Raises:
        TypeError: for anything else.
        ValueError: for weights with NaN or infinities.
    """
    if not isinstance(value, kinds):
        names = ", ".join(f"nn.{kind.__name__}(...)" for kind in kinds)
        message = _("layer is a {type}; a layer made by {names} is wanted.")
        if isinstance(value, type) and issubclass(value, nn.Module):
            message = _("layer is the class {type} itself; give a layer made from it, such as nn.{example}(3, 8, 3).")
            raise TypeError(message.format(type=value.__name__, example=kinds[0].__name__))
        raise TypeError(message.format(type=type(value).__name__, names=names))
    if isinstance(value, nn.modules.lazy.LazyModuleMixin):
        raise TypeError(_("layer is lazy and has no weights yet; run it once on an input."))
    for name, parameter in value.named_parameters():
        _check_finite(f"layer.{name}", parameter.detach())
    return value


def check_channels(layer: nn.Conv2d, image: Tensor) -> None:
    """Raise ValueError unless the image has the channels that the layer takes."""
    if image.shape[0] != layer.in_channels:
        message = _("layer takes {wanted} input channels, but the image has {given}: it must be ({wanted}, H, W).")
        raise ValueError(message.format(wanted=layer.in_channels, given=image.shape[0]))


def _floats(name: str, value: Any) -> Tensor:
    if isinstance(value, Tensor):
        tensor = value.detach().cpu()
    else:
        try:
            tensor = torch.from_numpy(np.array(value))
        except (TypeError, ValueError):
            message = _("{name} must be a tensor or an array of numbers, but it is a {type}.")
            raise TypeError(message.format(name=name, type=type(value).__name__)) from None
    if tensor.dtype == torch.uint8 and name == "image":
        raise TypeError(_("image holds uint8, 0 to 255; torch convolves floats: give image / 255."))
    if tensor.is_complex() or tensor.dtype == torch.bool:
        message = _("{name} holds {dtype}; floats are wanted.")
        raise TypeError(message.format(name=name, dtype=tensor.dtype))
    tensor = tensor.to(torch.float32)
    _check_finite(name, tensor)
    return tensor.clone()


def _check_finite(name: str, tensor: Tensor) -> None:
    bad = int((~torch.isfinite(tensor)).sum())
    if bad:
        message = _("{name} holds {bad} values that are NaN or infinite, of {all}. Look at where it was computed.")
        raise ValueError(message.format(name=name, bad=bad, all=tensor.numel()))
