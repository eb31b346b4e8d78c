"""What a residual block is made of: its convolutions' weights and strides, by its arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from course import arithmetic

WeightShape = tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """A block's convolutions.

    Attributes:
        call: how the block is built, for messages.
        arguments: what it is built with.
        weights, strides: of the main path's convolutions, in order.
        shortcut: the weight's shape of the 1 × 1 convolution on the shortcut; None when the input fits as it is.
        stride: of the whole block, and so of the shortcut.
    """

    call: str
    arguments: tuple[Any, ...]
    weights: tuple[WeightShape, ...]
    strides: tuple[int, ...]
    shortcut: WeightShape | None = None
    stride: int = 1

    @property
    def in_channels(self) -> int:
        """The channels of the block's input."""
        return self.weights[0][1]


def residual_plan(channels: int) -> Plan:
    """`ResidualBlock(channels)`: two 3 × 3 convolutions (He and others, 2016, figure 2)."""
    weight = arithmetic.weight_shape(channels, channels, 3)
    return Plan(f"ResidualBlock({channels})", (channels,), (weight, weight), (1, 1))


def projection_plan(in_channels: int, out_channels: int, *stride: int) -> Plan:
    """`ProjectionBlock(in_channels, out_channels, stride)`: the first of the two has the stride (their option B)."""
    step = stride[0] if stride else 1
    weights = (
        arithmetic.weight_shape(in_channels, out_channels, 3),
        arithmetic.weight_shape(out_channels, out_channels, 3),
    )
    arguments = (in_channels, out_channels, *stride)
    return Plan(
        f"ProjectionBlock{arguments}",
        arguments,
        weights,
        (step, 1),
        _shortcut(in_channels, out_channels, step),
        step,
    )


def bottleneck_plan(in_channels: int, mid_channels: int, out_channels: int, *stride: int) -> Plan:
    """`Bottleneck(in_channels, mid_channels, out_channels, stride)`: 1 × 1, 3 × 3 with the stride, 1 × 1."""
    step = stride[0] if stride else 1
    weights = (
        arithmetic.weight_shape(in_channels, mid_channels, 1),
        arithmetic.weight_shape(mid_channels, mid_channels, 3),
        arithmetic.weight_shape(mid_channels, out_channels, 1),
    )
    arguments = (in_channels, mid_channels, out_channels, *stride)
    return Plan(
        f"Bottleneck{arguments}",
        arguments,
        weights,
        (1, step, 1),
        _shortcut(in_channels, out_channels, step),
        step,
    )


def _shortcut(in_channels: int, out_channels: int, stride: int) -> WeightShape | None:
    """The weight of the shortcut's projection, where the block changes the shape."""
    if in_channels == out_channels and stride == 1:
        return None
    return arithmetic.weight_shape(in_channels, out_channels, 1)
