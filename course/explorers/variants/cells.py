"""The input cells and channels behind an output cell, counted: how many, how evenly, and which channels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from course.arithmetic import SizeSteps
from course.layers import Axes, Layer


@lru_cache(maxsize=256)
def products(layer: Layer, shape: Axes) -> NDArray[np.float64]:
    """How many input cells go into each output cell, counted in one channel: the output's spatial shape."""
    counts = [
        np.array([sum(0 <= i < size for i in cells) for cells in reach], dtype=np.float64)
        for size, reach in zip(shape, layer.reach(shape), strict=True)
    ]
    return counts[0] if len(counts) == 1 else np.outer(*counts)


def overlaps_evenly(layer: Layer) -> bool:
    """Whether as many input cells write to every output cell of a transposed convolution, border aside."""
    for kernel, stride, dilation in zip(layer.kernel_size, layer.stride, layer.dilation, strict=True):
        met = [tap * dilation % stride for tap in range(kernel)]
        if len({met.count(place) for place in range(stride)}) > 1:
            return False
    return True


def connections(layer: Layer) -> NDArray[np.bool_]:
    """Which output channel (row) reads which input channel (column)."""
    out = np.arange(layer.out_channels) // (layer.out_channels // layer.groups)
    into = np.arange(layer.in_channels) // (layer.in_channels // layer.groups)
    connected: NDArray[np.bool_] = out[:, None] == into[None]
    return connected


def channels_behind(layers: tuple[Layer, ...], channel: int) -> tuple[int, ...]:
    """The input channels that an output channel of these layers, one after the other, is made of."""
    behind = {channel}
    for layer in reversed(layers):
        connected = connections(layer)
        behind = {into for out in behind for into in np.flatnonzero(connected[out]).tolist()}
    return tuple(sorted(behind))


def padded(channel: Tensor, mode: str, axes: Sequence[SizeSteps]) -> Tensor:
    """One channel of an input, (H, W) or (L,), as a convolution with this padding_mode pads it."""
    sides = [cells for steps in reversed(axes) for cells in (steps.before, steps.after)]
    return F.pad(channel[None, None], sides, mode="constant" if mode == "zeros" else mode)[0, 0]
