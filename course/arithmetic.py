"""Exact arithmetic of convolution layers, on ints alone: sizes, windows, receptive fields, parameters, costs.

Every function accepts what torch's layer of the same setting accepts, and refuses the rest: TypeError for what is not
an int, else ValueError. (One exception: True as kernel or groups, which torch takes for 1, is refused.)

Sources: the "Shape" and "Variables" sections of torch.nn.Conv2d and torch.nn.ConvTranspose2d; Dumoulin & Visin, "A
guide to convolution arithmetic for deep learning", 2016, arXiv:1603.07285; Araujo, Norris & Sim, "Computing Receptive
Fields of Convolutional Neural Networks", Distill, 2019.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from course.language import N_, _

Padding = int | str | Sequence[int]
"""Padding of one axis: cells on either side, a pair (before, after), 'valid' (none) or 'same' (size kept)."""

PaddingPerAxis = int | str | Sequence[Padding]
"""Padding of a layer: one number or word for every axis, or for each axis its number or pair."""

PerAxis = int | Sequence[int]
"""A setting of a layer: one int for every axis, or one per axis such as (height, width)."""

_SETTINGS = {
    # name: (smallest value, what to do about a smaller one)
    "size": (1, N_("There is nothing to slide over: look at the layer before this one.")),
    "kernel": (1, N_("kernel=1 looks at a single cell, kernel=3 at a cell and its two neighbours.")),
    "stride": (1, N_("stride=1 stops at every position, stride=2 at every second one.")),
    "padding": (0, N_("padding=0 adds nothing. To remove cells, slice the input instead.")),
    "dilation": (1, N_("dilation=1 is the ordinary kernel, without holes.")),
    "output_padding": (0, N_("output_padding=0 adds nothing.")),
    "index": (0, N_("Output cells are counted from 0.")),
    "in_channels": (0, N_("It is the size of axis 1 of an NCHW input.")),
    "out_channels": (1, N_("It is the number of kernels that the layer learns.")),
    "groups": (1, N_("groups=1 lets every output channel see every input channel.")),
}


@dataclass(frozen=True)
class SizeSteps:
    """How the output size of one axis comes about; every field counts cells. As text, the formula with its numbers.

    `dropped` cells at the end of the padded axis are left over by the floor: no window reaches them.
    """

    size: int
    kernel: int
    stride: int
    before: int
    after: int
    dilation: int
    effective_kernel: int
    padded: int
    output: int
    dropped: int

    @property
    def dropped_input(self) -> int:
        """How many of the dropped cells are input rather than padding."""
        return min(max(self.dropped - self.after, 0), self.size)

    def __str__(self) -> str:
        room = f"{self.size} + {self.before} + {self.after} − {self.effective_kernel}"
        return f"⌊({room}) / {self.stride}⌋ + 1 = {self.output}"


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

    def sizes_of_the_convolution(self) -> tuple[int, ...]:
        """All sizes out of which the convolution of the same settings makes `size`."""
        least = self.output - self.output_padding
        return tuple(range(max(least, 1), least + self.stride))

    def __str__(self) -> str:
        moves, span = f"({self.size} − 1) · {self.stride}", f"{self.dilation} · ({self.kernel} − 1)"
        return f"{moves} − 2 · {self.padding} + {span} + {self.output_padding} + 1 = {self.output}"


@dataclass(frozen=True)
class ReceptiveField:
    """What one output cell of a stack of layers sees on one axis of the input.

    Output cell i sees the input indices from `start + i * jump` to `start + i * jump + size - 1`: both ends, though perhaps
    not all between them, as dilation and strides larger than the kernel leave holes. So `start` is the first index that
    cell 0 sees. Where the range leaves the input, and start is then negative, the cell sees padding of some layer.
    """

    size: int
    jump: int
    start: int


def effective_kernel(kernel: int, dilation: int = 1) -> int:
    """The cells that a dilated kernel spans from its first tap to its last: dilation * (kernel - 1) + 1.

    Raises ValueError when either is less than 1, TypeError for what is not an int. Source: arXiv:1603.07285, section 5.1.
    """
    kernel, dilation = _setting("kernel", kernel), _setting("dilation", dilation)
    return dilation * (kernel - 1) + 1


def same_padding(kernel: int, dilation: int = 1) -> tuple[int, int]:
    """The cells (before, after) that torch adds for padding='same'; an odd one out goes after: right, or bottom.

    Source: `torch.nn.modules.conv._ConvNd.__init__`. Raises as `effective_kernel`.
    """
    total = effective_kernel(kernel, dilation) - 1
    return total // 2, total - total // 2


def output_steps(size: int, kernel: int, stride: int = 1, padding: Padding = 0, dilation: int = 1) -> SizeSteps:
    """The output size of a convolution along one axis, step by step.

    Args:
        size: cells of the input on this axis.
        kernel, stride, dilation: in cells, as in `torch.nn.Conv1d`.
        padding: cells on either side, a pair (before, after), 'valid' or 'same'.

    Raises:
        ValueError: when the kernel spans more than the padded input, for 'same' with a stride other than 1, for an
            unknown word, and for a setting that is too small.
        TypeError: for what is not an int.

    Source: floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1, from torch.nn.Conv2d, "Shape".
    """
    size, axis = _setting("size", size), _axis(kernel, stride, dilation, padding)
    padded = axis.before + size + axis.after
    if axis.effective_kernel > padded:
        message = _(
            "The kernel does not fit: it spans {effective_kernel} cells (kernel={kernel}, dilation={dilation}), "
            "but the input with its padding has {before} + {size} + {after} = {padded}. "
            "Take a smaller kernel or dilation, or pad {missing} more."
        )
        missing = axis.effective_kernel - padded
        raise ValueError(message.format(**axis._asdict(), size=size, padded=padded, missing=missing))
    moves, dropped = divmod(padded - axis.effective_kernel, axis.stride)
    return SizeSteps(**axis._asdict(), size=size, padded=padded, output=moves + 1, dropped=dropped)


def output_size(size: int, kernel: int, stride: int = 1, padding: Padding = 0, dilation: int = 1) -> int:
    """The cells that a convolution puts out along one axis. Arguments, errors and source as `output_steps`."""
    return output_steps(size, kernel, stride, padding, dilation).output


def output_shape(
    shape: Sequence[int],
    kernel: PerAxis,
    stride: PerAxis = 1,
    padding: PaddingPerAxis = 0,
    dilation: PerAxis = 1,
) -> tuple[int, ...]:
    """The spatial shape that a convolution puts out, one entry for each entry of the input's spatial `shape`.

    Settings are ints for all axes or tuples with one entry per axis, as in `torch.nn.Conv2d`. So padding=(1, 2) is 1 on
    both sides of the height and 2 of the width; give a pair for each axis, ((1, 2), (0, 1)), to pad sides differently.

    Raises:
        ValueError: as `output_steps`, and for a tuple whose length is not the number of axes.
        TypeError: as `output_steps`, and for a word inside a tuple.
    """
    axes = _shape("shape", shape, "(height, width)")
    paddings = _per_axis("padding", padding, axes)
    if not isinstance(padding, str) and any(isinstance(entry, str) for entry in paddings):
        raise TypeError(_("padding={padding!r}: a word goes for all axes, without a tuple.").format(padding=padding))
    kernels, strides = _per_axis("kernel", kernel, axes), _per_axis("stride", stride, axes)
    settings = zip(shape, kernels, strides, paddings, _per_axis("dilation", dilation, axes), strict=True)
    return tuple(output_size(*axis) for axis in settings)


def transposed_output_steps(
    size: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> TransposedSteps:
    """The output size of a transposed convolution along one axis, step by step.

    Args:
        size: cells of the input on this axis.
        kernel, stride, dilation: those of the convolution whose shape change this one undoes.
        padding: cells taken off either end of the output (an int: torch knows no 'same' here).
        output_padding: cells added at the output's end, to choose among the sizes that this convolution maps to `size`.

    Raises:
        ValueError: when output_padding is smaller than neither stride nor dilation, when nothing is left of the output,
            and for a setting that is too small.
        TypeError: for what is not an int.

    Source: (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1, from
    torch.nn.ConvTranspose2d, "Shape".
    """
    size, padding = _setting("size", size), _setting("padding", padding)
    output_padding = _setting("output_padding", output_padding)
    axis = _axis(kernel, stride, dilation, padding)
    largest = max(axis.stride, axis.dilation) - 1
    if output_padding > largest:
        message = _(
            "output_padding={output_padding} must be smaller than the stride ({stride}) or the dilation ({dilation}): "
            "here {largest} at the most."
        )
        raise ValueError(message.format(**axis._asdict(), output_padding=output_padding, largest=largest))
    output = (size - 1) * axis.stride - 2 * padding + axis.effective_kernel + output_padding
    if output < 1:
        message = _(
            "Nothing is left of the output: "
            "({size} - 1) * {stride} - 2 * {padding} + {effective_kernel} + {output_padding} = {output}. "
            "Padding takes cells off the output of a transposed convolution: take less of it."
        )
        numbers = {"size": size, "padding": padding, "output_padding": output_padding, "output": output}
        raise ValueError(message.format(**axis._asdict(), **numbers))
    return TransposedSteps(size, axis.kernel, axis.stride, padding, axis.dilation, output_padding, output)


def transposed_output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """The cells that a transposed convolution puts out along one axis. Arguments, errors, source: `transposed_output_steps`."""
    return transposed_output_steps(size, kernel, stride, padding, output_padding, dilation).output


def window(index: int, kernel: int, stride: int = 1, padding: Padding = 0, dilation: int = 1) -> range:
    """The input indices behind output cell `index` on one axis, in the order of the kernel's taps.

    Negative indices, and those from the input's size on, lie in the padding. Raises as `output_steps`, size aside.
    Source: the formula of `out` in torch.nn.Conv2d; arXiv:1603.07285, chapter 2.
    """
    index, axis = _setting("index", index), _axis(kernel, stride, dilation, padding)
    start = index * axis.stride - axis.before
    return range(start, start + axis.effective_kernel, axis.dilation)


def receptive_field(layers: Sequence[Sequence[Any]]) -> ReceptiveField:
    """The receptive field of a stack of convolution or pooling layers, first layer first, along one axis.

    Args:
        layers: each (kernel, stride), (kernel, stride, dilation) or (kernel, stride, dilation, padding), as for
            `output_steps`. No layers at all: a cell sees itself.

    Raises:
        ValueError: for what is no such tuple, and as `output_steps`, size aside.
        TypeError: for what is not an int.

    Source: Araujo et al., Distill 2019: each layer widens the field by (effective kernel - 1) jumps, moves its start
    back by as many jumps as it pads before, and multiplies the jump by its stride.
    """
    size, jump, start = 1, 1, 0
    for layer in layers:
        if not isinstance(layer, tuple | list) or not 2 <= len(layer) <= 4:
            message = _("{layer!r} is no layer: write (kernel, stride), with dilation and then padding if they matter.")
            raise ValueError(message.format(layer=layer))
        axis = _axis(*layer)
        size += (axis.effective_kernel - 1) * jump
        start -= axis.before * jump
        jump *= axis.stride
    return ReceptiveField(size=size, jump=jump, start=start)


def weight_shape(in_channels: int, out_channels: int, kernel: PerAxis, groups: int = 1) -> tuple[int, ...]:
    """The shape of a convolution's weight: (out_channels, in_channels / groups, height, width).

    Args:
        kernel: an int for a square 2-D kernel, or one int per axis: (height, width), or (length,) for a Conv1d.

    Raises:
        ValueError: when groups does not divide both channel counts, and for a setting that is too small.
        TypeError: for what is not an int.

    Source: torch.nn.Conv2d, "Variables". A transposed convolution swaps the first two: (in_channels, out_channels /
    groups, …).
    """
    in_channels, out_channels = _setting("in_channels", in_channels), _setting("out_channels", out_channels)
    groups = _setting("groups", groups)
    for name, value in (("in_channels", in_channels), ("out_channels", out_channels)):
        if value % groups:
            message = _("{name}={value} cannot be divided by groups={groups}: every group gets as many channels.")
            raise ValueError(message.format(name=name, value=value, groups=groups))
    axes = len(kernel) if isinstance(kernel, tuple | list) and kernel else 2
    sides = _per_axis("kernel", kernel, axes)
    return (out_channels, in_channels // groups, *(_setting("kernel", side) for side in sides))


def parameter_count(in_channels: int, out_channels: int, kernel: PerAxis, groups: int = 1, bias: bool = True) -> int:
    """The learned numbers of a convolution: those of its weight, and one per output channel with a bias.

    The input's size and the dilation do not matter. Arguments, errors and source as `weight_shape`.
    """
    shape = weight_shape(in_channels, out_channels, kernel, groups)
    return math.prod(shape) + (shape[0] if bias else 0)


def multiply_adds(
    in_shape: Sequence[int],
    out_channels: int,
    kernel: PerAxis,
    stride: PerAxis = 1,
    padding: PaddingPerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> int:
    """The multiply-adds of a convolution on one input of shape (C, H, W): one per weight and output position.

    Products with padding are counted, as torch computes them; the bias is not. Settings as `output_shape`, which also
    works for (C, L). Raises as `output_shape` and `weight_shape`.
    Source: out_channels * H_out * W_out sums of in_channels / groups * kernel height * kernel width products each, from
    the formula of `out` in torch.nn.Conv2d.
    """
    axes = _shape("in_shape", in_shape, "(channels, height, width)") - 1
    in_channels, *shape = in_shape
    weight = weight_shape(in_channels, out_channels, _per_axis("kernel", kernel, axes), groups)
    return math.prod(weight) * math.prod(output_shape(shape, kernel, stride, padding, dilation))


class _Axis(NamedTuple):
    """A layer's checked settings on one axis."""

    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    effective_kernel: int


def _axis(kernel: int, stride: int, dilation: int = 1, padding: Padding = 0) -> _Axis:
    kernel, stride, dilation = _setting("kernel", kernel), _setting("stride", stride), _setting("dilation", dilation)
    before, after = _padding(kernel, stride, dilation, padding)
    return _Axis(kernel, stride, dilation, before, after, effective_kernel(kernel, dilation))


def _padding(kernel: int, stride: int, dilation: int, padding: Padding) -> tuple[int, int]:
    if isinstance(padding, tuple | list):
        if len(padding) != 2:
            message = _("padding={padding!r}: write the cells of one axis as one number or as (before, after).")
            raise ValueError(message.format(padding=padding))
        return _setting("padding", padding[0]), _setting("padding", padding[1])
    if not isinstance(padding, str):
        cells = _setting("padding", padding)
        return cells, cells
    if padding == "valid":
        return 0, 0
    if padding != "same":
        message = _("padding={padding!r} is not known: write 'same', 'valid' (in small letters) or a number.")
        raise ValueError(message.format(padding=padding))
    before, after = same_padding(kernel, dilation)
    if stride != 1:
        message = _(
            "padding='same' keeps the size, which stride={stride} cannot do: "
            "use stride=1, or give the padding as a number, such as padding={before}."
        )
        raise ValueError(message.format(stride=stride, before=before))
    return before, after


def _setting(name: str, value: object) -> int:
    """The value as an int, when it is one and as large as torch wants it."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # the TypeError is the point
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        message = _("{name} must be a whole number, an int, but it is {value!r}, a {type}.")
        if isinstance(value, float):
            message += " " + _("To divide ints, use // in place of /.")
        raise TypeError(message.format(name=name, value=value, type=type(value).__name__))
    least, advice = _SETTINGS[name]
    if number < least:
        message = _("{name} must be {least} or more, but it is {value}. {advice}")
        raise ValueError(message.format(name=name, least=least, value=number, advice=_(advice)))
    return number


def _shape(name: str, value: object, example: str) -> int:
    """The number of entries of a shape, once it is one."""
    if not isinstance(value, tuple | list) or not value:
        message = _("{name} must be a tuple such as {example}, but it is {value!r}.")
        raise TypeError(message.format(name=name, example=example, value=value))
    return len(value)


def _per_axis(name: str, value: Any, axes: int) -> tuple[Any, ...]:
    """One entry for each axis. Like torch, a tuple of one stands for every axis, except as the kernel."""
    if not isinstance(value, tuple | list):
        return (value,) * axes
    if len(value) == 1 and name != "kernel":
        return tuple(value) * axes
    if len(value) != axes:
        message = _("{name}={value!r} must have an entry for each axis: {axes} of them, or one number for all.")
        raise ValueError(message.format(name=name, value=value, axes=axes))
    return tuple(value)
