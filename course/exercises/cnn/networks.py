"""Lesson 08's two networks as formulas of their tensors by role, with the places where they are often built otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking import models, tensors_by_role
from course.checking.tensors_by_role import Shape, TensorRoles, Values, names_of_shape
from course.exercises.residual.block import NORM, Block, convolved, moved_statistics, normalized, projection_spec
from course.language import N_
from course.misconceptions import Misconceptions

Function = Callable[[Tensor], Tensor]

CHANNELS = (32, 64, 128)
"""The channels of SimpleCNN's stages."""

STAGE = ("conv", "norm", "relu", "pool")
"""What stands in a stage of SimpleCNN, in order."""

_VECTORS = N_(
    "Which layers have as many channels? Each convolution and linear layer has a bias, each batch normalisation a scale, a shift, "
    "a running mean and a running variance. Compare with the docstring."
)

MISCONCEPTIONS: Misconceptions = {
    **tensors_by_role.MISCONCEPTIONS,
    **models.MISCONCEPTIONS,
    "parameter-missing": N_(
        "Compare the shapes with the docstring, layer by layer: kernels, channels in and out. A layer must be an attribute "
        "that `__init__` sets, or in nn.Sequential; one in a plain list, or made in `forward`, is not registered."
    ),
    "parameter-missing:vectors": _VECTORS,
    "parameter-twice": N_("One layer of this shape is enough. What is the other one for?"),
    "extra-parameters": N_("Which layer do these belong to? Take it out, or compare its arguments with the docstring."),
    "extra-parameters:vectors": _VECTORS,
    "no-gradient": N_(
        "Is it part of a layer such as `nn.Conv2d`? And does `forward` use it without `detach`, `.data`, `no_grad` or a way through NumPy?"
    ),
    "wrong-gradient": N_("Is every layer used once, and with nothing cut off on the way, such as by `detach`?"),
}
"""Known mistakes in the tensors of a network and in their gradients."""


def same(x: Tensor) -> Tensor:
    """The input itself."""
    return x


def half(x: Tensor) -> Tensor:
    """2 × 2 max pooling."""
    return F.max_pool2d(x, 2)


def mean(x: Tensor) -> Tensor:
    """Global average pooling, (N, C, H, W) to (N, C)."""
    return x.mean(dim=(2, 3))


def simple_shapes(num_classes: int, in_channels: int) -> dict[str, Shape]:
    """The shapes of SimpleCNN's weights by role."""
    stages = enumerate(pairwise((in_channels, *CHANNELS)), start=1)
    return {f"conv{number}": (wide, narrow, 3, 3) for number, (narrow, wide) in stages} | {
        "linear": (num_classes, CHANNELS[-1])
    }


def simple_roles(state: Values, num_classes: int, in_channels: int) -> TensorRoles:
    """The roles of SimpleCNN's tensors. A convolution in front of a batch normalisation may do without its bias."""
    groups = []
    for number, channels in enumerate(CHANNELS, start=1):
        roles = tuple(f"norm{number}.{tensor}" for tensor in NORM)
        biased = len(names_of_shape(state, (channels,))) > len(roles)
        groups.append((channels, ((f"conv{number}.bias",) if biased else ()) + roles))
    return TensorRoles(simple_shapes(num_classes, in_channels), (*groups, (num_classes, ("linear.bias",))))


def _stage(values: Values, number: int, x: Tensor, stage: Sequence[str], pool: Function, training: bool) -> Tensor:
    for part in stage:
        match part:
            case "conv":
                x = convolved(values, f"conv{number}", x)
            case "unpadded conv":
                x = F.conv2d(x, values[f"conv{number}"], values.get(f"conv{number}.bias"))
            case "norm":
                x = normalized(values, f"norm{number}", x, training=training)
            case "relu":
                x = F.relu(x)
            case "pool":
                x = pool(x)
    return x


def simple_logits(
    values: Values,
    x: Tensor,
    *,
    training: bool = False,
    stage: Sequence[str] = STAGE,
    pools: tuple[Function, Function, Function] = (half, half, same),
    gather: Function = mean,
    finish: Function = same,
) -> Tensor:
    """What SimpleCNN gives for x of shape (N, in_channels, H, W)."""
    for number, pool in enumerate(pools, start=1):
        x = _stage(values, number, x, stage, pool, training)
    return finish(F.linear(gather(x), values["linear"], values["linear.bias"]))


def simple_statistics(values: Values, x: Tensor, *, unbiased: bool = True) -> dict[str, Tensor]:
    """The running means and variances by role after SimpleCNN has seen x in training mode."""
    moved: dict[str, Tensor] = {}
    for number, pool in enumerate((half, half, same), start=1):
        maps = convolved(values, f"conv{number}", x)
        moved |= moved_statistics(values, f"norm{number}", maps, unbiased=unbiased)
        x = _stage(values, number, x, STAGE, pool, training=True)
    return moved


def residual_shapes(num_classes: int) -> dict[str, Shape]:
    """The shapes of CNNWithResidual's weights by role."""
    shapes: dict[str, Shape] = {"conv": (32, 1, 3, 3)}
    for name, spec in BLOCKS.items():
        shapes |= {f"{name}.{role}": shape for role, shape in spec.convolutions.items()}
    return shapes | {"fc1": (512, 128 * 3 * 3), "fc2": (num_classes, 512)}


BLOCKS = {"block1": projection_spec(32, 64), "block2": projection_spec(64, 128)}
"""The residual blocks of CNNWithResidual."""


def residual_roles(num_classes: int) -> TensorRoles:
    """The roles of CNNWithResidual's tensors: each weight has a bias."""
    weights = residual_shapes(num_classes)
    groups: dict[int, tuple[str, ...]] = {}
    for role, shape in weights.items():
        groups[shape[0]] = (*groups.get(shape[0], ()), f"{role}.bias")
    return TensorRoles(weights, tuple(groups.items()))


def residual_logits(
    values: Values,
    x: Tensor,
    *,
    block: Callable[[Block, Tensor], Tensor] = Block.__call__,
    first: Function = F.relu,
    pool: Function = half,
    hidden: Function = F.relu,
    finish: Function = same,
) -> Tensor:
    """What CNNWithResidual gives for x of shape (N, 1, 28, 28)."""
    x = pool(first(convolved(values, "conv", x)))
    for name, spec in BLOCKS.items():
        own = {role.removeprefix(f"{name}."): value for role, value in values.items() if role.startswith(f"{name}.")}
        x = pool(block(Block(spec, own), x))
    x = hidden(F.linear(torch.flatten(x, 1), values["fc1"], values["fc1.bias"]))
    return finish(F.linear(x, values["fc2"], values["fc2.bias"]))
