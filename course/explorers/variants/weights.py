"""The weights of the variants explorer: preset kernels, with shares of the input channels that one can see in the maps."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from course.explorers.kernels import bank
from course.layers import Layer

_FAVOUR = 2
"""How many times more, on top of its equal share, a map takes of one of its input channels."""


def parameters_of(layers: tuple[Layer, ...], preset: str) -> dict[str, Tensor]:
    """The parameters of a layer, or of layers one after the other, by their names in a state_dict; not to be changed."""
    if len(layers) == 1:
        return _parameters(layers[0], preset)
    return {
        f"{index}.{name}": values
        for index, layer in enumerate(layers)
        for name, values in _parameters(layer, preset).items()
    }


@lru_cache(maxsize=128)
def _parameters(layer: Layer, preset: str) -> dict[str, Tensor]:
    height, width = (1, *layer.kernel_size)[-2:]
    inputs = max(layer.in_channels // layer.groups, 1)  # torch has the say on groups that divide nothing
    if (height, width) == (1, 1) and preset != "random":  # one cell has no edges; it can only mix channels
        preset = "identity"
    weight, bias = bank("random", layer.out_channels, inputs, height, width)
    if preset != "random":
        kernels = _kernels(preset, layer.out_channels, height, width, along=len(layer.kernel_size) == 1)
        weight, bias = shares(layer.out_channels, inputs)[:, :, None, None] * kernels, bias * 0
    weight = weight.reshape(layer.out_channels, inputs, *layer.kernel_size)
    if layer.is_transposed:
        weight = weight.transpose(0, 1).contiguous()
    return {"weight": weight, "bias": bias} if layer.bias else {"weight": weight}


def shares(out_channels: int, inputs: int) -> Tensor:
    """How much each map (row) takes of each input channel that it reads: all of them, one more than the others."""
    favoured = torch.eye(inputs)[torch.arange(out_channels) % inputs]
    return (1 + _FAVOUR * favoured) / (inputs + _FAVOUR)


def _kernels(preset: str, maps: int, height: int, width: int, along: bool) -> Tensor:
    """A kernel for each map, (maps, 1, height, width). In a signal, `along`, every edge lies along its only axis."""
    kernels = bank(preset, maps, 1, height, width)[0]
    if along:
        flat = kernels.flatten(1).abs().sum(dim=1) == 0
        kernels = torch.where(flat[:, None, None, None], bank(preset, maps, 1, width, height)[0].mT, kernels)
    return kernels
