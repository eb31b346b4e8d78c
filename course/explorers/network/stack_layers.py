"""The layers of a stack that can be edited: their kinds, the torch text of each, and stacks to begin with."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import nn

from course import arithmetic
from course.language import N_, _
from course.layers import Layer

Shape = tuple[int, ...]

MOST_LAYERS = 24
_USUAL_CHANNELS = 8
_WINDOW = ("kernel", "stride", "padding", "dilation")
_WRITTEN = ("stride", "padding")


@dataclass(frozen=True)
class Kind:
    """A kind of layer that a stack can have.

    `name` is its class, `uses` are the settings that it has, and `usual` the kernel, stride and padding of a new one;
    `written` names arguments that its text tells even at torch's default. A `fixed` kind has only this text.
    """

    label: str
    name: str
    uses: tuple[str, ...] = ()
    usual: tuple[int, int, int] = (1, 1, 0)
    written: tuple[str, ...] = ()
    fixed: str = ""


KINDS = {
    "conv": Kind(N_("convolution"), "Conv2d", (*_WINDOW, "channels", "follow"), (3, 1, 1), _WRITTEN),
    "depthwise": Kind(N_("depthwise convolution"), "Conv2d", (*_WINDOW, "follow"), (3, 1, 1), (*_WRITTEN, "groups")),
    "transposed": Kind(
        N_("transposed convolution"), "ConvTranspose2d", (*_WINDOW, "channels", "follow"), (2, 2, 0), _WRITTEN
    ),
    "max pool": Kind(N_("max pooling"), "MaxPool2d", _WINDOW, (2, 2, 0), ("stride",)),
    "average pool": Kind(N_("average pooling"), "AvgPool2d", _WINDOW[:3], (2, 2, 0), ("stride",)),
    "relu": Kind(N_("ReLU"), "ReLU"),
    "batchnorm": Kind(N_("BatchNorm"), "BatchNorm2d", ("follow",)),
    "dropout": Kind(N_("Dropout"), "Dropout", fixed="nn.Dropout(0.5)"),
    "global average": Kind(N_("global average"), "AdaptiveAvgPool2d", fixed="nn.AdaptiveAvgPool2d(1)"),
    "flatten": Kind(N_("Flatten"), "Flatten"),
    "linear": Kind(N_("Linear"), "Linear", ("channels", "follow")),
}


@dataclass(frozen=True)
class StackLayer:
    """One layer of a stack; a kind without a setting ignores it.

    With `follow`, in_channels or in_features are those that come in, whatever `layer` holds. Arguments of the layer that
    cannot be edited here, such as its bias, are kept.
    """

    kind: str
    layer: Layer
    follow: bool = True

    def uses(self, setting: str) -> bool:
        """Whether layers of this kind have the setting."""
        return setting in KINDS[self.kind].uses

    def values(self) -> dict[str, Any]:
        """The settings that can be edited: those of the window along the height, the padding above."""
        kernel, dilation, padding = self.layer.kernel_size[0], self.layer.dilation[0], self.layer.padding
        if isinstance(padding, str):  # as torch splits it
            padding = arithmetic.same_padding(kernel, dilation) if padding == "same" else (0, 0)
        return {
            "kind": self.kind,
            "kernel": kernel,
            "stride": self.layer.stride[0],
            "padding": padding[0],
            "dilation": dilation,
            "channels": self.layer.out_channels,
            "follow": self.follow,
        }

    def edited(self, setting: str, value: int) -> StackLayer:
        """The layer with another number; one of its window goes for both axes."""
        argument = {"kernel": "kernel_size", "channels": "out_channels"}.get(setting, setting)
        change: dict[str, Any] = {argument: (value, value) if setting in _WINDOW else value}
        return replace(self, layer=replace(self.layer, **change))

    def incoming(self, shape: Shape) -> int:
        """The in_channels or in_features that go with an input of this shape (without the batch axis)."""
        return math.prod(shape) if self.kind == "linear" else shape[0]

    def text(self, shape: Shape) -> str:
        """The layer as torch text, for an input of this shape."""
        kind = KINDS[self.kind]
        if kind.fixed:
            return kind.fixed
        number = self.incoming(shape) if self.follow else self.layer.in_channels
        layer = replace(self.layer, in_channels=number)
        if not self.uses("kernel"):
            name = "BatchNorm1d" if self.kind == "batchnorm" and len(shape) != 3 else layer.name
            return str(Layer(name, number, layer.out_channels, bias=layer.bias))
        if self.kind == "depthwise":
            layer = replace(layer, out_channels=number, groups=number)
        return str(layer if self.uses("dilation") else replace(layer, dilation=(1, 1)))

    def as_kind(self, kind: str) -> StackLayer:
        """The layer made another kind, of that kind's usual size; its other settings stay."""
        usual = new_layer(kind).layer
        kept = ("out_channels", "in_channels", "dilation", "groups", "bias")
        layer = replace(usual, **{name: getattr(self.layer, name) for name in kept})
        return StackLayer(kind, layer, self.follow)


def new_layer(kind: str, channels: int = _USUAL_CHANNELS, *sides: int, dilation: int = 1) -> StackLayer:
    """A layer of a kind; `sides` are kernel, stride and padding, by default those that are usual."""
    kernel, stride, padding = sides or KINDS[kind].usual
    window = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    axes: dict[str, Any] = {name: (cells, cells) for name, cells in window.items()}
    layer = Layer(KINDS[kind].name, out_channels=channels, **axes, written=KINDS[kind].written)
    return StackLayer(kind, layer)


def conv(channels: int, kernel: int = 3, stride: int = 1, dilation: int = 1) -> StackLayer:
    """A convolution, padded to keep the size at stride 1."""
    padding = arithmetic.same_padding(kernel, dilation)[0]
    return new_layer("conv", channels, kernel, stride, padding, dilation=dilation)


_RELU, _POOL, _FLATTEN = new_layer("relu"), new_layer("max pool"), new_layer("flatten")
_NORM, _AVERAGE, _LINEAR = new_layer("batchnorm"), new_layer("global average"), new_layer("linear", 10)
STACKS = {
    "small": (N_("small"), (conv(8), _RELU, _POOL, conv(16), _RELU, _POOL, _FLATTEN, _LINEAR)),
    "simple": (
        N_("conv, norm, ReLU; global average"),
        (
            *(layer for width in (16, 32) for layer in (conv(width), _NORM, _RELU, _POOL)),
            *(conv(64), _NORM, _RELU, _AVERAGE, _FLATTEN, _LINEAR),
        ),
    ),
    "three by three": (N_("3 × 3 only"), tuple(layer for _step in range(5) for layer in (conv(8), _RELU))),
    "dilated": (
        N_("dilated 1, 2, 4"),
        tuple(layer for rate in (1, 2, 4) for layer in (conv(8, dilation=rate), _RELU)),
    ),
    "up and down": (
        N_("down, and up again"),
        (
            *(conv(8, stride=2), _RELU, conv(16, stride=2), _RELU),
            *(new_layer("transposed", 8, 4, 2, 1), _RELU, new_layer("transposed", 1, 4, 2, 1)),
        ),
    ),
    "depthwise": (
        N_("depthwise separable"),
        (
            *(conv(8, stride=2), _RELU, new_layer("depthwise"), conv(16, 1), _RELU),
            *(new_layer("depthwise"), conv(32, 1), _RELU, _AVERAGE, _FLATTEN, _LINEAR),
        ),
    ),
}
"""Stacks by name: what it is called, and its layers."""


def stack_of(layers: Iterable[Any]) -> tuple[StackLayer, ...]:
    """Torch layers as layers that can be edited; their weights are not taken.

    Raises:
        TypeError: for what is no layer.
        ValueError: for a kind of layer, or a setting of one, that a stack has not; such a network goes to model=.
    """
    stack = []
    for layer in layers:
        if not isinstance(layer, nn.Module):
            message = _(
                "layers holds a {type}; a list of torch layers is wanted, such as [nn.Conv2d(1, 8, 3), nn.ReLU()]."
            )
            raise TypeError(message.format(type=type(layer).__name__))
        stack.append(stack_layer(layer))
    if not 1 <= len(stack) <= MOST_LAYERS:
        message = _("layers holds {count} layers; a stack has from 1 to {most}. Hand a longer network over as model=.")
        raise ValueError(message.format(count=len(stack), most=MOST_LAYERS))
    return tuple(stack)


def stack_layer(module: nn.Module) -> StackLayer:
    """A torch layer as one that can be edited.

    Raises:
        ValueError: for a kind of layer, or a setting of one, that a stack has not.
    """
    kind = _kind(module)
    if kind is None:
        message = _("{layer} cannot be edited in a stack. Hand the network over as model=, to be looked at as it is.")
        raise ValueError(message.format(layer=module))
    layer = Layer.of(module, KINDS[kind].written)
    editable = StackLayer(kind, layer)
    if not editable.uses("channels") and kind != "depthwise":
        layer = replace(layer, out_channels=_USUAL_CHANNELS)
    return StackLayer(kind, layer, follow=not editable.uses("follow"))


def _kind(module: Any) -> str | None:
    """The kind of a layer; None where a stack cannot have it with all its settings."""
    if isinstance(module, nn.Conv2d) and module.padding_mode == "zeros":
        return "depthwise" if module.groups == module.in_channels == module.out_channels > 1 else "conv"
    if isinstance(module, nn.ConvTranspose2d) and module.padding_mode == "zeros":
        return "transposed"
    if isinstance(module, nn.MaxPool2d) and not module.return_indices:
        return "max pool"
    if isinstance(module, nn.AvgPool2d) and module.count_include_pad and module.divisor_override is None:
        return "average pool"
    if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d):
        return "batchnorm"
    if isinstance(module, nn.Linear):
        return "linear"
    if isinstance(module, nn.AdaptiveAvgPool2d) and module.output_size in (1, (1, 1)):
        return "global average"
    if isinstance(module, nn.Flatten) and (module.start_dim, module.end_dim) == (1, -1):
        return "flatten"
    return {nn.ReLU: "relu", nn.Dropout: "dropout"}.get(type(module))


@lru_cache(maxsize=64)
def texts(layers: tuple[StackLayer, ...], shape: Shape) -> tuple[str, ...]:
    """The torch text of every layer, for an input of this shape. After one that does not fit, shapes are a guess."""
    lines = []
    for layer in layers:
        lines.append(layer.text(shape))
        channels = layer.layer.out_channels if layer.uses("channels") else shape[0]
        shape = _output_shape(lines[-1], shape) or (channels, *shape[1:])
    return tuple(lines)


@lru_cache(maxsize=512)
def _output_shape(text: str, shape: Shape) -> Shape | None:
    """The shape that a layer makes of another one; None when it does not fit."""
    try:
        with torch.device("meta"), torch.no_grad():
            layer: nn.Module = eval(text, {"nn": nn}).eval()
            output = layer(torch.empty(1, *shape))
    except (RuntimeError, ValueError, TypeError, IndexError):
        return None
    return tuple(output.shape[1:]) if min(output.shape) > 0 else None
