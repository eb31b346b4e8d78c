"""Kernels with a name, for any size: what blurs, sharpens and finds edges."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

from course.language import N_

PRESETS = {
    "mix": N_("one of each"),
    "identity": N_("identity"),
    "blur": N_("blur"),
    "sharpen": N_("sharpen"),
    "vertical edges": N_("vertical edges"),
    "horizontal edges": N_("horizontal edges"),
    "random": N_("random"),
}
_MIX = ("vertical edges", "horizontal edges", "blur", "sharpen", "outline", "diagonal", "identity", "random")


@lru_cache(maxsize=64)
def bank(preset: str, out_channels: int, in_channels: int, height: int, width: int) -> tuple[Tensor, Tensor]:
    """The weight (out, in, height, width) and bias (out,) of a preset; not to be changed in place.

    Map 0 answers to the mean of all input channels, map 1 to channel 0 alone, map 2 to channel 1 alone, and so on;
    "mix" has another kernel for every map, on the mean of the channels; "random" is seeded.
    """
    weight = torch.empty(out_channels, in_channels, height, width)
    bias = torch.zeros(out_channels)
    generator = torch.Generator().manual_seed(0)
    for channel in range(out_channels):
        name = _MIX[channel % len(_MIX)] if preset == "mix" else preset
        if name == "random":
            fan_in = in_channels * height * width
            weight[channel] = torch.randn(in_channels, height, width, generator=generator) / fan_in**0.5
            bias[channel] = torch.randn((), generator=generator) / 4
            continue
        share = torch.full((in_channels,), 1 / in_channels)
        if preset != "mix" and channel and in_channels > 1:
            share = torch.eye(in_channels)[(channel - 1) % in_channels]
        weight[channel] = share[:, None, None] * _KERNELS[name](height, width)
    return weight, bias


def _identity(height: int, width: int) -> Tensor:
    kernel = torch.zeros(height, width)
    kernel[(height - 1) // 2, (width - 1) // 2] = 1  # torch's centre under padding='same'
    return kernel


def _blur(height: int, width: int) -> Tensor:
    return torch.full((height, width), 1 / (height * width))


def _sharpen(height: int, width: int) -> Tensor:
    return 2 * _identity(height, width) - _blur(height, width)


def _outline(height: int, width: int) -> Tensor:
    return _identity(height, width) - _blur(height, width)


def _vertical_edges(height: int, width: int) -> Tensor:
    """Right minus left, nearer rows counting more: at 3 × 3 a fourth of Sobel's kernel. Nothing at width 1, without two sides."""
    slope = torch.linspace(-1, 1, width) if width > 1 else torch.zeros(1)
    steps = slope.abs().sum().clamp(min=1) / 2
    rows = torch.tensor([float(math.comb(height - 1, row)) for row in range(height)]) / 2.0 ** (height - 1)
    return rows[:, None] * slope / steps


def _horizontal_edges(height: int, width: int) -> Tensor:
    return _vertical_edges(width, height).T


def _diagonal(height: int, width: int) -> Tensor:
    return (_vertical_edges(height, width) + _horizontal_edges(height, width)) / 2


_KERNELS: dict[str, Callable[[int, int], Tensor]] = {
    "identity": _identity,
    "blur": _blur,
    "sharpen": _sharpen,
    "outline": _outline,
    "vertical edges": _vertical_edges,
    "horizontal edges": _horizontal_edges,
    "diagonal": _diagonal,
}
