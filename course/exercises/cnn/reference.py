"""Lesson 06: its two networks as plain functions of their tensors, with the places where they are often built otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

Values = Mapping[str, Tensor]
"""A network's tensors by role, such as "conv1", "conv1.bias", "norm1.gamma"."""

Pool = Callable[[Tensor], Tensor]
Step = Callable[[Tensor], Tensor]
Stage = Callable[[Values, int, Tensor, Pool, bool], Tensor]
Block = Callable[[Values, str, Tensor], Tensor]

CHANNELS = (32, 64, 128)
"""The channels of SimpleCNN's stages."""

NORM = ("gamma", "beta", "mean", "var")
"""The roles of a batch normalisation's tensors, in the order of nn.BatchNorm2d's state_dict."""


def same(x: Tensor) -> Tensor:
    """The input itself."""
    return x


def half(x: Tensor) -> Tensor:
    """2 × 2 max pooling."""
    return F.max_pool2d(x, 2)


def mean(x: Tensor) -> Tensor:
    """Global average pooling, (N, C, H, W) to (N, C)."""
    return x.mean(dim=(2, 3))


def simple_shapes(num_classes: int, in_channels: int) -> dict[str, tuple[int, ...]]:
    """The shapes of SimpleCNN's weights by role."""
    stages = enumerate(pairwise((in_channels, *CHANNELS)), start=1)
    return {f"conv{number}": (wide, narrow, 3, 3) for number, (narrow, wide) in stages} | {
        "linear": (num_classes, CHANNELS[-1])
    }


def convolved(values: Values, role: str, x: Tensor) -> Tensor:
    """A convolution that keeps the size; its bias may be missing."""
    weight = values[role]
    return F.conv2d(x, weight, values.get(f"{role}.bias"), padding=weight.shape[-1] // 2)


def normalized(values: Values, number: int, x: Tensor, training: bool) -> Tensor:
    """Batch normalisation as nn.BatchNorm2d does it; the values stay as they are."""
    gamma, beta, running_mean, running_var = (values[f"norm{number}.{role}"] for role in NORM)
    return F.batch_norm(x, running_mean.clone(), running_var.clone(), gamma, beta, training)


def stage(values: Values, number: int, x: Tensor, pool: Pool, training: bool) -> Tensor:
    """Convolution, batch normalisation, ReLU, pooling."""
    return pool(F.relu(normalized(values, number, convolved(values, f"conv{number}", x), training)))


def simple_logits(
    values: Values,
    x: Tensor,
    *,
    training: bool = False,
    stage: Stage = stage,
    pools: tuple[Pool, Pool, Pool] = (half, half, same),
    gather: Step = mean,
    finish: Step = same,
) -> Tensor:
    """What SimpleCNN gives for x of shape (N, in_channels, H, W)."""
    for number, pool in enumerate(pools, start=1):
        x = stage(values, number, x, pool, training)
    return finish(F.linear(gather(x), values["linear"], values["linear.bias"]))


def running_statistics(values: Values, x: Tensor, *, unbiased: bool = True) -> dict[str, Tensor]:
    """The running means and variances by role after SimpleCNN has seen x in training mode, with momentum 0.1."""
    after = {}
    for number, pool in enumerate((half, half, same), start=1):
        maps = convolved(values, f"conv{number}", x)
        for role, seen in (
            ("mean", maps.mean(dim=(0, 2, 3))),
            ("var", maps.var(dim=(0, 2, 3), correction=int(unbiased))),
        ):
            after[f"norm{number}.{role}"] = 0.9 * values[f"norm{number}.{role}"] + 0.1 * seen
        x = stage(values, number, x, pool, True)
    return after


def residual_shapes(num_classes: int) -> dict[str, tuple[int, ...]]:
    """The shapes of CNNWithResidual's weights by role."""
    shapes: dict[str, tuple[int, ...]] = {"conv": (32, 1, 3, 3)}
    for name, (narrow, wide) in (("block1", (32, 64)), ("block2", (64, 128))):
        shapes |= {
            f"{name}.conv1": (wide, narrow, 3, 3),
            f"{name}.conv2": (wide, wide, 3, 3),
            f"{name}.shortcut": (wide, narrow, 1, 1),
        }
    return shapes | {"fc1": (512, 128 * 3 * 3), "fc2": (num_classes, 512)}


def block(values: Values, name: str, x: Tensor) -> Tensor:
    """Two convolutions, the shortcut added, then ReLU."""
    return F.relu(main_path(values, name, x) + convolved(values, f"{name}.shortcut", x))


def main_path(values: Values, name: str, x: Tensor, *, between: Step = F.relu) -> Tensor:
    """The two convolutions of a block, with a ReLU between them."""
    return convolved(values, f"{name}.conv2", between(convolved(values, f"{name}.conv1", x)))


def residual_logits(
    values: Values,
    x: Tensor,
    *,
    block: Block = block,
    first: Step = F.relu,
    pool: Pool = half,
    hidden: Step = F.relu,
    finish: Step = same,
) -> Tensor:
    """What CNNWithResidual gives for x of shape (N, 1, 28, 28)."""
    x = pool(first(convolved(values, "conv", x)))
    x = pool(block(values, "block1", x))
    x = pool(block(values, "block2", x))
    x = hidden(F.linear(torch.flatten(x, 1), values["fc1"], values["fc1.bias"]))
    return finish(F.linear(x, values["fc2"], values["fc2.bias"]))
