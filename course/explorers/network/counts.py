"""What a layer costs, and the numbers that make it up: parameters and multiply-adds, counted by the course's arithmetic."""

from __future__ import annotations

import math
from typing import Any

from torch import nn

from course.arithmetic import weight_shape

Shape = tuple[int, ...]
_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
FREE = (
    nn.Identity,
    nn.Flatten,
    nn.Unflatten,
    nn.Dropout,
    nn.Dropout2d,
    nn.ReLU,
    nn.ReLU6,
    nn.LeakyReLU,
    nn.MaxPool2d,
    nn.AvgPool2d,
    nn.AdaptiveAvgPool2d,
    nn.AdaptiveMaxPool2d,
    nn.BatchNorm1d,
    nn.BatchNorm2d,
    nn.Upsample,
    nn.ZeroPad2d,
    nn.Sigmoid,
    nn.Tanh,
    nn.Softmax,
)
"""Layers that count as 0 multiply-adds, as is usual: what they do is little beside a convolution's."""


def multiply_adds_of(module: nn.Module, in_shape: Shape, out_shape: Shape) -> int | None:
    """The multiply-adds of a layer for one input, shapes without the batch axis; None for layers without a formula.

    A transposed convolution has one for each weight and input position (each input number is multiplied with its whole
    kernel), a linear layer one for each weight and vector.
    """
    layer: Any = module
    if isinstance(module, _CONVOLUTIONS):
        weight = weight_shape(layer.in_channels, layer.out_channels, layer.kernel_size, layer.groups)
        return math.prod(weight) * math.prod(out_shape[1:])
    if isinstance(module, _TRANSPOSED):
        return int(math.prod(layer.weight.shape) * math.prod(in_shape[1:]))
    if isinstance(module, nn.Linear):
        return int(math.prod(layer.weight.shape) * math.prod(out_shape[:-1]))
    return 0 if isinstance(module, FREE) else None
