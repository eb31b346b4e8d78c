"""The layers of the variants explorer: each kind's exact torch call, its sizes, its costs, and which cells it reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from course import arithmetic
from course.arithmetic import Padding, SizeSteps
from course.language import _

Axes = tuple[int, ...]
OwnLayer = nn.Conv2d | nn.ConvTranspose2d | nn.Conv1d

CONV1D, CONV2D, TRANSPOSED2D = "Conv1d", "Conv2d", "ConvTranspose2d"


@dataclass(frozen=True)
class TransposedSteps:
    """How the output size of one axis of a transposed convolution comes about, in cells. As text, the formula."""

    size: int
    kernel: int
    stride: int
    padding: int
    dilation: int
    output_padding: int
    output: int

    def __str__(self) -> str:
        moves, span = f"({self.size} − 1) · {self.stride}", f"{self.dilation} · ({self.kernel} − 1)"
        return f"{moves} − 2 · {self.padding} + {span} + {self.output_padding} + 1 = {self.output}"

    def sizes_of_the_convolution(self) -> tuple[int, ...]:
        """All sizes out of which the convolution of the same settings makes `size`."""
        least = self.output - self.output_padding
        return tuple(range(max(least, 1), least + self.stride))


Steps = SizeSteps | TransposedSteps


@dataclass(frozen=True)
class Layer:
    """A call of `nn.Conv1d`, `nn.Conv2d` or `nn.ConvTranspose2d`; as text, what a learner would write.

    Arguments with one entry per axis are tuples. `told` names an argument that the text tells even at its default.
    """

    name: str
    in_channels: int
    out_channels: int
    kernel: Axes
    stride: Axes
    padding: Axes | str
    dilation: Axes = (1, 1)
    groups: int = 1
    output_padding: Axes = (0, 0)
    bias: bool = True
    padding_mode: str = "zeros"
    told: str = ""

    @classmethod
    def of(cls, layer: OwnLayer) -> Layer:
        """The call that makes a layer like this one."""
        return cls(
            type(layer).__name__ if type(layer).__name__ in (CONV1D, CONV2D, TRANSPOSED2D) else _base_name(layer),
            layer.in_channels,
            layer.out_channels,
            tuple(layer.kernel_size),
            tuple(layer.stride),
            layer.padding if isinstance(layer.padding, str) else tuple(layer.padding),
            tuple(layer.dilation),
            layer.groups,
            tuple(layer.output_padding),
            layer.bias is not None,
            layer.padding_mode,
        )

    @property
    def is_transposed(self) -> bool:
        """Whether input cells write to the output, in place of output cells that read the input."""
        return self.name == TRANSPOSED2D

    @property
    def overlaps_evenly(self) -> bool:
        """Of a transposed convolution: whether as many input cells write to every output cell, border aside."""
        for kernel, stride, dilation in zip(self.kernel, self.stride, self.dilation, strict=True):
            met = [tap * dilation % stride for tap in range(kernel)]
            if len({met.count(place) for place in range(stride)}) > 1:
                return False
        return True

    def __str__(self) -> str:
        one, none = (1,) * len(self.kernel), (0,) * len(self.kernel)
        padding = repr(self.padding) if isinstance(self.padding, str) else _short(self.padding)
        arguments = [f"{self.in_channels}, {self.out_channels}", f"kernel_size={_short(self.kernel)}"]
        told = {
            "stride": (_short(self.stride), self.stride != one),
            "padding": (padding, self.padding != none),
            "output_padding": (_short(self.output_padding), any(self.output_padding)),
            "dilation": (_short(self.dilation), self.dilation != one),
            "groups": (str(self.groups), self.groups != 1),
            "bias": ("False", not self.bias),
            "padding_mode": (repr(self.padding_mode), self.padding_mode != "zeros"),
        }
        arguments += [f"{name}={value}" for name, (value, needed) in told.items() if needed or name == self.told]
        return f"nn.{self.name}({', '.join(arguments)})"

    def steps(self, shape: Axes) -> tuple[Steps, ...]:
        """How each axis of the output comes about. ValueError or TypeError, in plain words, when there is none."""
        return _steps(self, shape)

    def output_shape(self, shape: Axes) -> Axes:
        """The output's channels and sizes, (C, H, W) or (C, L), for an input of this spatial shape."""
        return (self.out_channels, *(steps.output for steps in self.steps(shape)))

    @property
    def weight_shape(self) -> Axes:
        """The weight's shape; of a transposed convolution (in_channels, out_channels / groups, …)."""
        if self.is_transposed:
            return arithmetic.weight_shape(self.out_channels, self.in_channels, self.kernel, self.groups)
        return arithmetic.weight_shape(self.in_channels, self.out_channels, self.kernel, self.groups)

    @property
    def parameters(self) -> int:
        """The learned numbers. ValueError when groups does not divide the channels."""
        return arithmetic.parameter_count(self.in_channels, self.out_channels, self.kernel, self.groups, self.bias)

    def multiply_adds(self, shape: Axes) -> int:
        """The products of one input of this spatial shape; a transposed convolution uses each weight per input cell.

        Products with padding, and those that a transposed convolution's padding cuts off, are counted.
        """
        self.steps(shape)
        if self.is_transposed:
            return math.prod(self.weight_shape) * math.prod(shape)
        return arithmetic.multiply_adds(
            (self.in_channels, *shape),
            self.out_channels,
            self.kernel,
            self.stride,
            self.padding,
            self.dilation,
            self.groups,
        )

    def reads(self, shape: Axes, cell: Axes) -> tuple[tuple[int, ...], ...]:
        """For each axis, the input cells that go into an output cell, those in the padding left out."""
        axes = zip(shape, self.reach(shape), cell, strict=True)
        return tuple(tuple(i for i in reach[index] if 0 <= i < size) for size, reach, index in axes)

    def reach(self, shape: Axes) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """For each axis, for each output index, the input indices behind it; those outside the input are padding."""
        return tuple(_reach(steps) for steps in self.steps(shape))

    def products(self, shape: Axes) -> NDArray[np.float64]:
        """How many input cells go into each output cell, counted in one channel: the output's spatial shape."""
        return _products(self, shape)

    def connections(self) -> NDArray[np.bool_]:
        """Which output channel (row) reads which input channel (column)."""
        out = np.arange(self.out_channels) // (self.out_channels // self.groups)
        into = np.arange(self.in_channels) // (self.in_channels // self.groups)
        connected: NDArray[np.bool_] = out[:, None] == into[None]
        return connected


def padded(channel: Tensor, mode: str, axes: Sequence[SizeSteps]) -> Tensor:
    """One channel of an input, (H, W) or (L,), as a convolution with this padding_mode pads it."""
    sides = [cells for steps in reversed(axes) for cells in (steps.before, steps.after)]
    return F.pad(channel[None, None], sides, mode="constant" if mode == "zeros" else mode)[0, 0]


def channels_behind(layers: tuple[Layer, ...], channel: int) -> tuple[int, ...]:
    """The input channels that an output channel of these layers, one after the other, is made of."""
    behind = {channel}
    for layer in reversed(layers):
        connected = layer.connections()
        behind = {into for out in behind for into in np.flatnonzero(connected[out]).tolist()}
    return tuple(sorted(behind))


@lru_cache(maxsize=256)
def _steps(layer: Layer, shape: Axes) -> tuple[Steps, ...]:
    if not layer.is_transposed:
        paddings: Sequence[Padding] = layer.padding
        if isinstance(layer.padding, str):
            paddings = (layer.padding,) * len(shape)
        axes = zip(shape, layer.kernel, layer.stride, paddings, layer.dilation, strict=True)
        return tuple(arithmetic.output_steps(*axis) for axis in axes)
    if isinstance(layer.padding, str):
        message = _(
            "nn.ConvTranspose2d takes no padding={padding!r}, only numbers: its padding takes cells off the output. To "
            "make a map exactly stride times as large, take padding = (kernel − stride) / 2, such as kernel 4, stride 2, "
            "padding 1."
        )
        raise ValueError(message.format(padding=layer.padding))
    found = []
    for numbers in zip(
        shape, layer.kernel, layer.stride, layer.padding, layer.dilation, layer.output_padding, strict=True
    ):
        size, kernel, stride, padding, dilation, output_padding = numbers
        output = arithmetic.transposed_output_size(size, kernel, stride, padding, output_padding, dilation)
        found.append(TransposedSteps(size, kernel, stride, padding, dilation, output_padding, output))
    return tuple(found)


@lru_cache(maxsize=256)
def _reach(steps: Steps) -> tuple[tuple[int, ...], ...]:
    if isinstance(steps, SizeSteps):
        sides = (steps.before, steps.after)
        return tuple(
            tuple(arithmetic.window(index, steps.kernel, steps.stride, sides, steps.dilation))
            for index in range(steps.output)
        )
    # Input cell i stamps the kernel from output cell i * stride − padding on.
    written: list[list[int]] = [[] for _index in range(steps.output)]
    for i, tap in product(range(steps.size), range(steps.kernel)):
        index = i * steps.stride - steps.padding + tap * steps.dilation
        if 0 <= index < steps.output:
            written[index].append(i)
    return tuple(map(tuple, written))


@lru_cache(maxsize=256)
def _products(layer: Layer, shape: Axes) -> NDArray[np.float64]:
    counts = [
        np.array([sum(0 <= i < size for i in cells) for cells in reach], dtype=np.float64)
        for size, reach in zip(shape, layer.reach(shape), strict=True)
    ]
    return counts[0] if len(counts) == 1 else np.outer(*counts)


def _base_name(layer: OwnLayer) -> str:
    """The name of torch's class that a learner's own one is derived from."""
    if isinstance(layer, nn.Conv1d):
        return CONV1D
    return TRANSPOSED2D if isinstance(layer, nn.ConvTranspose2d) else CONV2D


def _short(axes: Axes) -> str:
    return str(axes[0]) if len(set(axes)) == 1 else str(axes)
