"""The layers of a stack as plain settings: what can be edited, the torch text of each, and stacks to begin with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import nn

from course import arithmetic
from course.language import N_, _

Pair = tuple[int, int]
Shape = tuple[int, ...]

KINDS = {
    "conv": N_("convolution"),
    "depthwise": N_("depthwise convolution"),
    "transposed": N_("transposed convolution"),
    "max pool": N_("max pooling"),
    "average pool": N_("average pooling"),
    "relu": N_("ReLU"),
    "batchnorm": N_("BatchNorm"),
    "dropout": N_("Dropout"),
    "global average": N_("global average"),
    "flatten": N_("Flatten"),
    "linear": N_("Linear"),
}
RANGES = {"kernel": (1, 11), "stride": (1, 5), "padding": (0, 8), "dilation": (1, 4), "channels": (1, 64)}
MOST_LAYERS = 24
_SLIDING = {  # kind: (kernel, stride, padding) that a new one has
    "conv": (3, 1, 1),
    "depthwise": (3, 1, 1),
    "transposed": (2, 2, 0),
    "max pool": (2, 2, 0),
    "average pool": (2, 2, 0),
}
USES = {  # kind: the settings that it has
    **{kind: frozenset({"kernel", "stride", "padding", "dilation"}) for kind in _SLIDING},
    "conv": frozenset({"kernel", "stride", "padding", "dilation", "channels", "follow"}),
    "depthwise": frozenset({"kernel", "stride", "padding", "dilation", "follow"}),
    "transposed": frozenset({"kernel", "stride", "padding", "dilation", "channels", "follow"}),
    "average pool": frozenset({"kernel", "stride", "padding"}),
    "batchnorm": frozenset({"follow"}),
    "linear": frozenset({"channels", "follow"}),
}


@dataclass(frozen=True)
class LayerSpec:
    """One layer of a stack; a kind without a setting ignores it.

    `channels` is out_channels, or out_features. `takes` is its in_channels or in_features; None: as many as come in.
    `others` are further arguments, as they were given: they are kept, and cannot be edited.
    """

    kind: str
    kernel: Pair = (1, 1)
    stride: Pair = (1, 1)
    padding: Pair | str = (0, 0)
    dilation: Pair = (1, 1)
    channels: int = 8
    takes: int | None = None
    others: tuple[tuple[str, Any], ...] = ()

    def uses(self, setting: str) -> bool:
        """Whether layers of this kind have the setting."""
        return setting in USES.get(self.kind, ())

    def wants(self, shape: Shape) -> int:
        """The in_channels or in_features that go with an input of this shape (without the batch axis)."""
        return math.prod(shape) if self.kind == "linear" else shape[0]

    def text(self, shape: Shape) -> str:
        """The layer as torch text, for an input of this shape; its in_channels or in_features follow it unless set."""
        came = self.wants(shape)
        number = came if self.takes is None else self.takes
        if self.kind == "conv":
            return self._call("Conv2d", f"{number}, {self.channels}")
        if self.kind == "depthwise":
            return self._call("Conv2d", f"{number}, {number}", f"groups={number}")
        if self.kind == "transposed":
            return self._call("ConvTranspose2d", f"{number}, {self.channels}")
        if self.kind in ("max pool", "average pool"):
            return self._call("MaxPool2d" if self.kind == "max pool" else "AvgPool2d")
        if self.kind == "batchnorm":
            return f"nn.BatchNorm{'2d' if len(shape) == 3 else '1d'}({number})"
        if self.kind == "linear":
            return f"nn.Linear({', '.join([f'{number}, {self.channels}', *self._others()])})"
        return {
            "relu": "nn.ReLU()",
            "dropout": "nn.Dropout(0.5)",
            "global average": "nn.AdaptiveAvgPool2d(1)",
            "flatten": "nn.Flatten()",
        }[self.kind]

    def _call(self, name: str, *first: str) -> str:
        padding = self.padding
        arguments = [
            *first[:1],
            f"kernel_size={_short(self.kernel)}",
            f"stride={_short(self.stride)}",
        ]
        if "Pool" not in name or padding != (0, 0):
            arguments.append(f"padding={padding!r}" if isinstance(padding, str) else f"padding={_short(padding)}")
        if self.dilation != (1, 1) and self.uses("dilation"):
            arguments.append(f"dilation={_short(self.dilation)}")
        return f"nn.{name}({', '.join([*arguments, *first[1:], *self._others()])})"

    def _others(self) -> Iterator[str]:
        return (f"{name}={value!r}" for name, value in self.others)


def spec_of(kind: str, channels: int = 8) -> LayerSpec:
    """A new layer of a kind, with the settings that are usual."""
    kernel, stride, padding = _SLIDING.get(kind, (1, 1, 0))
    return LayerSpec(kind, (kernel, kernel), (stride, stride), (padding, padding), channels=channels)


def conv(channels: int, kernel: int = 3, stride: int = 1, padding: int | None = None, dilation: int = 1) -> LayerSpec:
    """A convolution, padded to keep the size unless told otherwise."""
    cells = arithmetic.same_padding(kernel, dilation)[0] if padding is None else padding
    return LayerSpec(
        "conv", (kernel, kernel), (stride, stride), (cells, cells), (dilation, dilation), channels=channels
    )


_RELU, _POOL, _FLATTEN = LayerSpec("relu"), spec_of("max pool"), LayerSpec("flatten")
_NORM, _AVERAGE = LayerSpec("batchnorm"), LayerSpec("global average")
_UP = LayerSpec("transposed", (4, 4), (2, 2), (1, 1))
STACKS = {
    "small": (N_("small"), (conv(8), _RELU, _POOL, conv(16), _RELU, _POOL, _FLATTEN, spec_of("linear", 10))),
    "simple": (
        N_("conv, norm, ReLU; global average"),
        (
            *(layer for width in (16, 32) for layer in (conv(width), _NORM, _RELU, _POOL)),
            *(conv(64), _NORM, _RELU, _AVERAGE, _FLATTEN, spec_of("linear", 10)),
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
            *(conv(8, 3, 2, 1), _RELU, conv(16, 3, 2, 1), _RELU),
            *(replace(_UP, channels=8), _RELU, replace(_UP, channels=1)),
        ),
    ),
    "depthwise": (
        N_("depthwise separable"),
        (
            *(conv(8, 3, 2, 1), _RELU, spec_of("depthwise"), conv(16, 1), _RELU),
            *(spec_of("depthwise"), conv(32, 1), _RELU, _AVERAGE, _FLATTEN, spec_of("linear", 10)),
        ),
    ),
}
"""Stacks by name: what it is called, and its layers."""


def specs_of(layers: Iterable[Any]) -> tuple[LayerSpec, ...]:
    """Torch layers as settings that can be edited; their weights are not taken.

    Raises:
        TypeError: for what is no layer.
        ValueError: for a kind of layer, or a setting of one, that a stack has not; such a network goes to model=.
    """
    found = []
    for layer in layers:
        if not isinstance(layer, nn.Module):
            message = _(
                "layers holds a {type}; a list of torch layers is wanted, such as [nn.Conv2d(1, 8, 3), nn.ReLU()]."
            )
            raise TypeError(message.format(type=type(layer).__name__))
        found.append(_spec(layer))
    if not 1 <= len(found) <= MOST_LAYERS:
        message = _("layers holds {count} layers; a stack has from 1 to {most}. Hand a longer network over as model=.")
        raise ValueError(message.format(count=len(found), most=MOST_LAYERS))
    return tuple(found)


def _spec(layer: nn.Module) -> LayerSpec:
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d) and layer.padding_mode == "zeros":
        return _convolution(layer)
    if isinstance(layer, nn.MaxPool2d) and not layer.return_indices:
        others = (("ceil_mode", True),) if layer.ceil_mode else ()
        return LayerSpec("max pool", *_slides(layer), pair_of(layer.dilation), others=others)
    if isinstance(layer, nn.AvgPool2d) and layer.count_include_pad and layer.divisor_override is None:
        others = (("ceil_mode", True),) if layer.ceil_mode else ()
        return LayerSpec("average pool", *_slides(layer), others=others)
    if isinstance(layer, nn.BatchNorm2d | nn.BatchNorm1d):
        return LayerSpec("batchnorm", takes=layer.num_features)
    if isinstance(layer, nn.Linear):
        bias = () if layer.bias is not None else (("bias", False),)
        return LayerSpec("linear", channels=layer.out_features, takes=layer.in_features, others=bias)
    if isinstance(layer, nn.AdaptiveAvgPool2d) and layer.output_size in (1, (1, 1)):
        return _AVERAGE
    if isinstance(layer, nn.Flatten) and (layer.start_dim, layer.end_dim) == (1, -1):
        return _FLATTEN
    for kind, plain in (("relu", nn.ReLU), ("dropout", nn.Dropout)):
        if type(layer) is plain:
            return LayerSpec(kind)
    message = _("{layer} cannot be edited in a stack. Hand the network over as model=, to be looked at as it is.")
    raise ValueError(message.format(layer=layer))


def _convolution(layer: Any) -> LayerSpec:
    transposed = isinstance(layer, nn.ConvTranspose2d)
    depthwise = not transposed and layer.groups == layer.in_channels == layer.out_channels > 1
    others: list[tuple[str, Any]] = []
    if transposed and any(layer.output_padding):
        others.append(("output_padding", tuple(layer.output_padding)))
    if layer.groups != 1 and not depthwise:
        others.append(("groups", layer.groups))
    if layer.bias is None:
        others.append(("bias", False))
    return LayerSpec(
        "transposed" if transposed else "depthwise" if depthwise else "conv",
        *_slides(layer),
        pair_of(layer.dilation),
        layer.out_channels,
        layer.in_channels,
        tuple(others),
    )


def _slides(layer: Any) -> tuple[Pair, Pair, Pair | str]:
    padding = layer.padding
    return pair_of(layer.kernel_size), pair_of(layer.stride), padding if isinstance(padding, str) else pair_of(padding)


@lru_cache(maxsize=64)
def texts(specs: tuple[LayerSpec, ...], shape: Shape) -> tuple[str, ...]:
    """The torch text of every layer, for an input of this shape. After one that does not fit, shapes are a guess."""
    found = []
    for spec in specs:
        found.append(spec.text(shape))
        shape = _after(found[-1], shape) or (spec.channels if spec.uses("channels") else shape[0], *shape[1:])
    return tuple(found)


@lru_cache(maxsize=512)
def _after(text: str, shape: Shape) -> Shape | None:
    """The shape that a layer makes of another one; None when it does not fit."""
    try:
        with torch.device("meta"), torch.no_grad():
            layer: nn.Module = eval(text, {"nn": nn}).eval()
            output = layer(torch.empty(1, *shape))
    except (RuntimeError, ValueError, TypeError, IndexError):
        return None
    return tuple(output.shape[1:]) if min(output.shape) > 0 else None


def pair_of(value: Any) -> Pair:
    """An int or a pair of them, as a pair."""
    first, second = value if isinstance(value, tuple | list) else (value, value)
    return int(first), int(second)


def _short(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else str(pair)
