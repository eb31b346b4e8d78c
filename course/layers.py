"""A torch layer as plain numbers: its call as text, its output's size, its parameters, its cost, the cells that it reads.

Explorers, tables and counts describe layers by this one class. Shapes are those of one input without the batch axis,
(C, H, W), (C, L) or (features,); spatial shapes leave the channels out as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from torch import nn

from course import arithmetic
from course.arithmetic import Padding, SizeSteps, TransposedSteps
from course.language import _

Axes = tuple[int, ...]
Steps = SizeSteps | TransposedSteps

CONVOLUTIONS = {"Conv1d": 1, "Conv2d": 2, "Conv3d": 3}
TRANSPOSED = {"ConvTranspose1d": 1, "ConvTranspose2d": 2, "ConvTranspose3d": 3}
POOLINGS = {"MaxPool2d": 2, "AvgPool2d": 2}
"""Classes of layers that slide over maps, and over how many axes."""

NORMS = ("BatchNorm1d", "BatchNorm2d")
POINTWISE = ("Identity", "Dropout", "Dropout2d", "ReLU", "ReLU6", "LeakyReLU", "Sigmoid", "Tanh")
"""Classes of layers that turn each number into one of its own, whatever its neighbours."""

_OTHERS = ("Flatten", "Unflatten", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "Upsample", "ZeroPad2d", "Softmax")
_SLIDING = CONVOLUTIONS | TRANSPOSED | POOLINGS
_DESCRIBED = {*_SLIDING, "Linear", *NORMS, *POINTWISE, *_OTHERS}


@dataclass(frozen=True)
class Layer:
    """A call of a class of `torch.nn` with its arguments; as text, what a learner would write.

    Args:
        name: the class.
        in_channels, out_channels: also in_features and out_features of a Linear, num_features of a BatchNorm.
        kernel_size, stride, padding, dilation, output_padding: one entry for each axis that the layer slides over.
        written: arguments that the text tells even where they have torch's default.
    """

    name: str
    in_channels: int = 0
    out_channels: int = 0
    kernel_size: Axes = (1, 1)
    stride: Axes = (1, 1)
    padding: Axes | str = (0, 0)
    dilation: Axes = (1, 1)
    groups: int = 1
    output_padding: Axes = (0, 0)
    bias: bool = True
    padding_mode: str = "zeros"
    ceil_mode: bool = False
    written: tuple[str, ...] = ()

    @classmethod
    def of(cls, module: nn.Module, written: tuple[str, ...] = ()) -> Layer:
        """The call that makes a layer like this one. A class derived from one of torch's counts as that.

        Raises:
            TypeError: for a module of another kind.
        """
        name = _torch_name(module)
        layer: Any = module
        if name == "Linear":
            return cls(name, layer.in_features, layer.out_features, bias=layer.bias is not None, written=written)
        if name in NORMS:
            return cls(name, layer.num_features, written=written)
        if name not in _SLIDING:
            return cls(name, written=written)

        def per_axis(argument: str, usual: int) -> Axes:
            value = getattr(layer, argument, usual)
            return tuple(value) if isinstance(value, tuple | list) else (int(value),) * _SLIDING[name]

        return cls(
            name,
            getattr(layer, "in_channels", 0),
            getattr(layer, "out_channels", 0),
            per_axis("kernel_size", 1),
            per_axis("stride", 1),
            layer.padding if isinstance(layer.padding, str) else per_axis("padding", 0),
            per_axis("dilation", 1),
            getattr(layer, "groups", 1),
            per_axis("output_padding", 0),
            bias=getattr(layer, "bias", None) is not None or name in POOLINGS,
            padding_mode=getattr(layer, "padding_mode", "zeros"),
            ceil_mode=getattr(layer, "ceil_mode", False),
            written=written,
        )

    @property
    def is_transposed(self) -> bool:
        """Whether input cells write to the output, in place of output cells that read the input."""
        return self.name in TRANSPOSED

    @property
    def slides(self) -> bool:
        """Whether the layer moves a window over maps."""
        return self.name in _SLIDING

    @property
    def paddings(self) -> Sequence[Padding]:
        """The padding of each axis."""
        return (self.padding,) * len(self.kernel_size) if isinstance(self.padding, str) else self.padding

    def __str__(self) -> str:
        arguments = ", ".join([*self._channels(), *self._keywords()])
        return f"nn.{self.name}({arguments})"

    def steps(self, shape: Axes) -> tuple[Steps, ...]:
        """How each axis of the output comes about, for an input of this spatial shape; none for what slides over no axis.

        Raises:
            ValueError, TypeError: in plain words, when there is no output.
        """
        return _steps(self, shape)

    def steps_2d(self, height: int, width: int) -> tuple[SizeSteps, SizeSteps]:
        """The steps of a convolution's or a pooling's height and width. Raises as `steps`."""
        rows, columns = self.steps((height, width))
        assert isinstance(rows, SizeSteps)
        assert isinstance(columns, SizeSteps)
        return rows, columns

    def output_shape(self, shape: Axes) -> Axes:
        """The output's channels and sizes, (C, H, W) or (C, L), for an input of this spatial shape. Raises as `steps`."""
        return (self.out_channels, *(steps.output for steps in self.steps(shape)))

    @property
    def weight_shape(self) -> Axes:
        """The weight's shape: (out, in / groups, …), of a transposed convolution (in, out / groups, …).

        Raises:
            ValueError: when groups does not divide the channels.
        """
        if self.name == "Linear":
            return self.out_channels, self.in_channels
        if self.is_transposed:
            return arithmetic.weight_shape(self.out_channels, self.in_channels, self.kernel_size, self.groups)
        return arithmetic.weight_shape(self.in_channels, self.out_channels, self.kernel_size, self.groups)

    @property
    def parameters(self) -> int:
        """The learned numbers of a convolution or a Linear. Raises as `weight_shape`."""
        return math.prod(self.weight_shape) + (self.out_channels if self.bias else 0)

    def multiply_adds(self, in_shape: Axes, out_shape: Axes | None = None) -> int:
        """The multiply-adds for one input, by default worked out from its shape: one for each weight and output position.

        Products with padding, and those that a transposed convolution's padding cuts off, are counted, the bias is not. A
        transposed convolution has one for each weight and input position (each input number is multiplied with its whole
        kernel), a Linear one for each weight and vector. Other layers count as 0, as is usual: what they do is little
        beside a convolution's.
        """
        if self.name == "Linear":
            return math.prod(self.weight_shape) * math.prod(in_shape[:-1])
        if self.name in CONVOLUTIONS:
            out_shape = self.output_shape(in_shape[1:]) if out_shape is None else out_shape
            return math.prod(self.weight_shape) * math.prod(out_shape[1:])
        return math.prod(self.weight_shape) * math.prod(in_shape[1:]) if self.is_transposed else 0

    def window(self, *place: int) -> tuple[range, ...]:
        """For each axis, the input indices behind an output cell of a convolution; those outside the input are padding."""
        axes = zip(place, self.kernel_size, self.stride, self.paddings, self.dilation, strict=True)
        return tuple(arithmetic.window(*axis) for axis in axes)

    def reach(self, shape: Axes) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """For each axis, for each output index, the input indices behind it; those outside the input are padding."""
        return tuple(_reach(steps) for steps in self.steps(shape))

    def reads(self, shape: Axes, cell: Axes) -> tuple[tuple[int, ...], ...]:
        """For each axis, the input cells that go into an output cell, those in the padding left out."""
        axes = zip(shape, self.reach(shape), cell, strict=True)
        return tuple(tuple(i for i in reach[index] if 0 <= i < size) for size, reach, index in axes)

    def _channels(self) -> Sequence[str]:
        if self.name in NORMS:
            return [str(self.in_channels)]
        has_weight = self.name == "Linear" or self.name in CONVOLUTIONS or self.is_transposed
        return [f"{self.in_channels}, {self.out_channels}"] if has_weight else []

    def _keywords(self) -> Sequence[str]:
        """The arguments with a name: those that differ from torch's default, and those to be written all the same."""
        ones = (1,) * len(self.kernel_size)
        padding = repr(self.padding) if isinstance(self.padding, str) else short(self.padding)
        arguments = {
            "kernel_size": (short(self.kernel_size), self.slides),
            "stride": (short(self.stride), self.stride != (self.kernel_size if self.name in POOLINGS else ones)),
            "padding": (padding, isinstance(self.padding, str) or any(self.padding)),
            "output_padding": (short(self.output_padding), any(self.output_padding)),
            "dilation": (short(self.dilation), self.dilation != ones),
            "groups": (str(self.groups), self.groups != 1),
            "bias": ("False", not self.bias),
            "padding_mode": (repr(self.padding_mode), self.padding_mode != "zeros"),
            "ceil_mode": ("True", self.ceil_mode),
        }
        return [f"{name}={text}" for name, (text, needed) in arguments.items() if needed or name in self.written]


def short(axes: Axes) -> str:
    """A setting of each axis as a learner would write it: one number where all are alike."""
    return str(axes[0]) if len(set(axes)) == 1 else str(axes)


def described(module: nn.Module) -> Layer | None:
    """The call that makes a layer like this one, as `Layer.of`; None for a module of another kind."""
    try:
        return Layer.of(module)
    except TypeError:
        return None


def _torch_name(module: nn.Module) -> str:
    for kind in type(module).__mro__:
        if kind.__name__ in _DESCRIBED and kind.__module__.startswith("torch.nn."):
            return kind.__name__
    raise TypeError(_("{type} is no layer that is described here.").format(type=type(module).__name__))


@lru_cache(maxsize=512)
def _steps(layer: Layer, shape: Axes) -> tuple[Steps, ...]:
    if not layer.slides:
        return ()
    if not layer.is_transposed:
        axes = zip(shape, layer.kernel_size, layer.stride, layer.paddings, layer.dilation, strict=True)
        return tuple(arithmetic.output_steps(*axis) for axis in axes)
    if isinstance(layer.padding, str):
        message = _(
            "nn.ConvTranspose2d takes no padding={padding!r}, only numbers: its padding takes cells off the output. To "
            "make a map exactly stride times as large, take padding = (kernel − stride) / 2, such as kernel 4, stride 2, "
            "padding 1."
        )
        raise ValueError(message.format(padding=layer.padding))
    settings = (layer.kernel_size, layer.stride, layer.padding, layer.output_padding, layer.dilation)
    return tuple(arithmetic.transposed_output_steps(*axis) for axis in zip(shape, *settings, strict=True))


@lru_cache(maxsize=512)
def _reach(steps: Steps) -> tuple[tuple[int, ...], ...]:
    if isinstance(steps, SizeSteps):
        sides = (steps.before, steps.after)
        return tuple(
            tuple(arithmetic.window(index, steps.kernel, steps.stride, sides, steps.dilation))
            for index in range(steps.output)
        )
    # Input cell i stamps the kernel from output cell i * stride − padding on.
    stamped: list[list[int]] = [[] for _index in range(steps.output)]
    for i, tap in product(range(steps.size), range(steps.kernel)):
        index = i * steps.stride - steps.padding + tap * steps.dilation
        if 0 <= index < steps.output:
            stamped[index].append(i)
    return tuple(map(tuple, stamped))
