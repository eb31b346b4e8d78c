"""The result of the variants explorer: every kind of convolution run on its input, its costs, and what is behind a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from course.explorers.calls import plain_reason, run
from course.explorers.kernels import bank
from course.explorers.text import Problem, times
from course.explorers.variants.settings import KINDS, SIGNAL, Settings
from course.language import _
from course.layers import Axes, Layer

_FAVOUR = 2
"""How many times more, on top of its equal share, a map takes of one of its input channels."""


@dataclass(frozen=True, eq=False)
class Variant:
    """One kind's layers, one after the other, and what they make of the input.

    `code` is the call that was run; `shape` the input's spatial shape, `y` the output, (C, H, W) or (C, L), or None,
    and then `problem` tells why. `parameters` and `multiply_adds` count all layers; None where there is no output.
    """

    kind: str
    layers: tuple[Layer, ...]
    code: str
    shape: Axes
    y: Tensor | None
    parameters: int | None
    multiply_adds: int | None
    problem: Problem | None = None

    @property
    def spatial(self) -> Layer:
        """The layer that looks at neighbours: the first one."""
        return self.layers[0]

    @property
    def numbers(self) -> tuple[str, str, str]:
        """The output's size, the parameters and the multiply-adds as text; dashes where there is no output."""
        if self.problem:
            return "—", "—", "—"
        return times(self.output.shape), f"{self.parameters:,}", f"{self.multiply_adds:,}"

    @property
    def output(self) -> Tensor:
        """y, where it is known that there is one."""
        assert self.y is not None
        return self.y


@dataclass(frozen=True, eq=False)
class Result:
    """All kinds on one input: `x` is (C, H, W), `signal` (C, L); `variants` holds them by name, in the order shown."""

    settings: Settings
    x: Tensor
    signal: Tensor
    variants: Mapping[str, Variant]

    @property
    def chosen(self) -> Variant:
        """The kind that is looked at."""
        return self.variants[self.settings.kind]


def compute(settings: Settings) -> Result | Problem:
    """Run every kind. A kind without output tells why while the others go on; it is a Problem when none has any."""
    variants = {kind: variant_of(settings, kind) for kind in KINDS}
    problem = variants[settings.kind].problem
    if problem is not None and all(variant.problem for variant in variants.values()):
        return problem
    return Result(settings, settings.input(), settings.signal_input(), variants)


def variant_of(settings: Settings, kind: str) -> Variant:
    """One kind, run on its input."""
    layers, shape = settings.layers(kind), settings.shape(kind)
    x = settings.signal_input() if kind == SIGNAL else settings.input()
    code = code_of(layers)
    try:
        y = run(code, x[None], **weights_of(settings, kind))[0]
    except (RuntimeError, ValueError, TypeError) as error:
        problem = Problem(code, _reason(layers, tuple(x.shape)), str(error))
        return Variant(kind, layers, code, shape, None, None, None, problem)
    parameters, multiply_adds = 0, 0
    between = shape
    for layer in layers:
        parameters += layer.parameters
        multiply_adds += layer.multiply_adds((layer.in_channels, *between))
        between = layer.output_shape(between)[1:]
    return Variant(kind, layers, code, shape, y, parameters, multiply_adds)


def code_of(layers: tuple[Layer, ...]) -> str:
    """The torch call that makes these layers."""
    return str(layers[0]) if len(layers) == 1 else f"nn.Sequential({', '.join(map(str, layers))})"


def weights_of(settings: Settings, kind: str) -> dict[str, Tensor]:
    """The parameters of a kind, by their names in its state_dict: the learner's own, or the preset's."""
    layer = settings.own.layer
    if layer is not None and kind == settings.own_kind:
        return {name: parameter.detach().cpu().float() for name, parameter in layer.named_parameters()}
    layers = settings.layers(kind)
    if len(layers) == 1:
        return _parameters(layers[0], settings.preset)
    parameters = (_parameters(layer, settings.preset) for layer in layers)
    return {f"{index}.{name}": values for index, own in enumerate(parameters) for name, values in own.items()}


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


def _reason(layers: tuple[Layer, ...], shape: tuple[int, ...]) -> str:
    """The reason for an input of this shape, (C, H, W) or (C, L)."""
    layer = layers[0]
    if layer.in_channels != shape[0]:
        message = _("The layer takes {wanted} input channels, the input has {given}.")
        return message.format(wanted=layer.in_channels, given=shape[0])
    if layer.in_channels % layer.groups or layer.out_channels % layer.groups:
        return _groups_reason(layer)
    return plain_reason(layer, shape)


def _groups_reason(layer: Layer) -> str:
    into, out, groups = layer.in_channels, layer.out_channels, layer.groups
    fitting = [count for count in range(1, min(into, out) + 1) if into % count == 0 and out % count == 0]
    message = _(
        "groups={groups} must divide both channel counts, as every group gets as many: in_channels={into} / {groups} and "
        "out_channels={out} / {groups} are to be whole numbers. For {into} → {out} channels, groups can be {fitting}."
    )
    return message.format(groups=groups, into=into, out=out, fitting=", ".join(map(str, fitting)))


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
