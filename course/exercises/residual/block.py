"""A residual block: the convolutions that it is made of, and what it computes, as formulas on tensors by role.

Roles are "conv1", "norm1", "conv2", … on the main path, "shortcut" and "shortcut.norm" beside it; see `tensors_by_role`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking.tensors_by_role import Shape, Values

MOMENTUM = 0.1  # the default of torch.nn.BatchNorm2d

NORM = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "var": "running_var"}
"""The roles of a BatchNorm's tensors, in the order in which torch registers them, with torch's names."""


@dataclass(frozen=True)
class BlockSpec:
    """The convolutions of a block.

    Attributes:
        call: how the block is built, for messages.
        arguments: what it is built with.
        weights, strides: of the main path's convolutions, in order.
        shortcut: the weight's shape of the 1 × 1 convolution on the shortcut; None when the input fits as it is.
        stride: of the whole block, and so of the shortcut.
    """

    call: str
    arguments: tuple[Any, ...]
    weights: tuple[Shape, ...]
    strides: tuple[int, ...]
    shortcut: Shape | None = None
    stride: int = 1

    @property
    def in_channels(self) -> int:
        """The channels of the block's input."""
        return self.weights[0][1]

    @property
    def convolutions(self) -> dict[str, Shape]:
        """The shape of each convolution's weight, by role."""
        main = {f"conv{number}": shape for number, shape in enumerate(self.weights, start=1)}
        return {**main, "shortcut": self.shortcut} if self.shortcut else main

    @property
    def norms(self) -> dict[str, Shape]:
        """The shape of each BatchNorm's tensors, by role; the shortcut's comes last, and may be missing."""
        main = {f"norm{number}": shape[:1] for number, shape in enumerate(self.weights, start=1)}
        return {**main, "shortcut.norm": self.shortcut[:1]} if self.shortcut else main


def residual_spec(channels: int) -> BlockSpec:
    """`ResidualBlock(channels)`: two 3 × 3 convolutions (He and others, 2016, figure 2)."""
    return _spec("ResidualBlock", (channels,), (3, 3), (channels, channels, channels))


def projection_spec(in_channels: int, out_channels: int, *stride: int) -> BlockSpec:
    """`ProjectionBlock(in_channels, out_channels, stride)`: the first of the two has the stride (their option B)."""
    widths = (in_channels, out_channels, out_channels)
    return _spec("ProjectionBlock", (in_channels, out_channels, *stride), (3, 3), widths, *stride)


def bottleneck_spec(in_channels: int, mid_channels: int, out_channels: int, *stride: int) -> BlockSpec:
    """`Bottleneck(in_channels, mid_channels, out_channels, stride)`: 1 × 1, 3 × 3 with the stride, 1 × 1."""
    widths = (in_channels, mid_channels, mid_channels, out_channels)
    return _spec("Bottleneck", (in_channels, mid_channels, out_channels, *stride), (1, 3, 1), widths, *stride)


def _spec(
    name: str, arguments: tuple[int, ...], kernels: tuple[int, ...], widths: tuple[int, ...], stride: int = 1
) -> BlockSpec:
    """A block whose first 3 × 3 convolution has the stride, with a projection where the block changes the shape.

    Args:
        widths: the channels of the input and behind each convolution.
    """
    strided = kernels.index(3)
    changes = widths[0] != widths[-1] or stride != 1
    return BlockSpec(
        f"{name}({', '.join(map(str, arguments))})",
        arguments,
        tuple(
            arithmetic.weight_shape(before, after, k)
            for (before, after), k in zip(pairwise(widths), kernels, strict=True)
        ),
        tuple(stride if place == strided else 1 for place in range(len(kernels))),
        arithmetic.weight_shape(widths[0], widths[-1], 1) if changes else None,
        stride,
    )


def convolved(values: Values, role: str, x: Tensor, stride: int = 1) -> Tensor:
    """The convolution that keeps the size but for its stride; it may have no bias."""
    weight = values[role]
    return F.conv2d(x, weight, values.get(f"{role}.bias"), stride, padding=weight.shape[-1] // 2)


def normalized(values: Values, role: str, x: Tensor, *, training: bool) -> Tensor:
    """BatchNorm as `nn.BatchNorm2d` does it, whose statistics stay as they are; x itself where there is no such BatchNorm."""
    if f"{role}.gamma" not in values:
        return x
    gamma, beta, mean, variance = (values[f"{role}.{tensor}"] for tensor in NORM)
    return F.batch_norm(x, mean.clone(), variance.clone(), gamma, beta, training)


def moved_statistics(values: Values, role: str, x: Tensor, *, unbiased: bool = True) -> dict[str, Tensor]:
    """The running mean and variance of a BatchNorm after it has seen x in training mode, by role."""
    axes = (0, 2, 3)
    batch = {f"{role}.mean": x.mean(axes), f"{role}.var": x.var(axes, correction=int(unbiased))}
    return {name: (1 - MOMENTUM) * values[name] + MOMENTUM * value for name, value in batch.items()}


@dataclass(frozen=True)
class Block:
    """A block with values in its layers.

    Attributes:
        values: by role; without those of a BatchNorm the block has none at that place.
        names: the names in the state_dict by role, where the block stands for an answer's.
    """

    spec: BlockSpec
    values: Values
    training: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, x: Tensor) -> Tensor:
        """The block's output: relu(main path + shortcut)."""
        return F.relu(self.main(x) + self.shortcut(x))

    @property
    def depth(self) -> int:
        """The number of stages on the main path."""
        return len(self.spec.weights)

    @property
    def stages(self) -> range:
        """The numbers of the stages, from 1 on."""
        return range(1, self.depth + 1)

    def main(self, x: Tensor, *, stage: Stage | None = None, first: int = 1) -> Tensor:
        """The main path: stage by stage.

        Args:
            stage: what stands in place of `Block.stage`.
            first: the stage that x goes into, counted from 1.
        """
        for number in self.stages[first - 1 :]:
            x = (stage or Block.stage)(self, number, x)
        return x

    def stage(self, number: int, x: Tensor) -> Tensor:
        """Convolution, BatchNorm, and a ReLU behind all but the last."""
        return self.activated(number, self.normalized(number, self.convolved(number, x)))

    def convolved(self, number: int, x: Tensor) -> Tensor:
        """The convolution of a stage, from 1 on."""
        return convolved(self.values, f"conv{number}", x, self.spec.strides[number - 1])

    def normalized(self, number: int, x: Tensor) -> Tensor:
        """The BatchNorm of a stage."""
        return normalized(self.values, f"norm{number}", x, training=self.training)

    def activated(self, number: int, x: Tensor) -> Tensor:
        """The ReLU of a stage; the last stage has none."""
        return x if number == self.depth else F.relu(x)

    def shortcut(self, x: Tensor) -> Tensor:
        """The input, or its projection with a BatchNorm if it has one."""
        return self.projected(x, self.spec.stride)

    def projected(self, x: Tensor, stride: int) -> Tensor:
        """The shortcut with this stride; x itself where it has no layer."""
        if "shortcut" not in self.values:
            return x
        maps = convolved(self.values, "shortcut", x, stride)
        return normalized(self.values, "shortcut.norm", maps, training=self.training)

    def statistics(self, x: Tensor) -> dict[str, Tensor]:
        """The running mean and variance of each BatchNorm after a run in training mode on x, by role."""
        moved: dict[str, Tensor] = {}
        if "shortcut.norm.mean" in self.values:
            projected = convolved(self.values, "shortcut", x, self.spec.stride)
            moved |= moved_statistics(self.values, "shortcut.norm", projected)
        for number in self.stages:
            moved |= moved_statistics(self.values, f"norm{number}", self.convolved(number, x))
            x = self.stage(number, x)
        return moved


Stage = Callable[[Block, int, Tensor], Tensor]
"""A stage of the main path, as `Block.stage`, for the block, the stage's number and its input."""
