"""The result of the layout explorer: x and y, their memories, and the element of x that each place holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

import torch
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.calls import plain_reason, run
from course.explorers.kernels import bank
from course.explorers.layout.batch import span_of
from course.explorers.layout.settings import CONV, CONV_OF_NHWC, FLAT, NCHW, NHWC, PERMUTE, RESHAPE, VIEW, Settings
from course.explorers.text import Problem
from course.language import _
from course.layers import Layer


@dataclass(frozen=True, eq=False)
class Memory:
    """The places of memory from a tensor's first element to its last.

    `values` are what lies there, and `elements` which element of x each belongs to, counted in index order; -1 where
    none does, in a gap of a tensor that was cut out of another one.
    """

    values: Tensor
    elements: Tensor
    stride: tuple[int, ...]

    def offset(self, index: tuple[int, ...]) -> int:
        """The place of the element with this index."""
        return sum(position * step for position, step in zip(index, self.stride, strict=True))


@dataclass(frozen=True, eq=False)
class Result:
    """x in its memory format, and y made from it.

    y and its memory are None, and `problem` tells why, when torch refuses; y is x when nothing is done. `index` is the
    place in y that goes with the chosen element, where there is one. `came_from` holds for each element of y the element
    of x that it is, counted in index order; None for what a layer computed. `difference` is the largest one between
    this y and the y from the other memory format.
    """

    settings: Settings
    x: Tensor
    memory: Memory
    y: Tensor | None = None
    y_memory: Memory | None = None
    problem: Problem | None = None
    index: tuple[int, ...] | None = None
    came_from: Tensor | None = None
    shared: bool = False
    steps: tuple[SizeSteps, SizeSteps] | None = None
    difference: float | None = None

    @property
    def offset_sum(self) -> str:
        """The offset of the chosen element in the memory of x, as a sum with its numbers."""
        products = zip(self.settings.element, self.memory.stride, strict=True)
        parts = " + ".join(f"{index}·{stride}" for index, stride in products)
        return f"{parts} = {self.memory.offset(self.settings.element)}"

    @cached_property
    def is_silently_wrong(self) -> bool:
        """Whether torch took what cannot be meant: rows for channels, or a reshape that scrambles the elements."""
        if self.settings.operation == RESHAPE and self.came_from is not None:
            numbers = torch.arange(self.x.numel()).view(self.x.shape)
            return not torch.equal(self.came_from, numbers.permute(0, 2, 3, 1))
        return self.settings.operation == CONV_OF_NHWC and self.y is not None


def compute(settings: Settings) -> Result:
    """Run the program that the settings describe."""
    x = _ordered(settings)
    memory = _memory(x, torch.arange(x.numel()).view(x.shape))
    layer = settings.layer()
    result = Result(settings, x, memory)
    try:
        y = _run(settings, layer, x)
    except (RuntimeError, ValueError, TypeError) as error:
        plain = _reason(settings, layer, x)
        return replace(result, problem=Problem(settings.program(), plain, str(error)))
    shared = y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    if layer is not None:
        took = x if settings.operation == CONV else x.permute(0, 2, 3, 1)
        steps = layer.steps_2d(*took.shape[2:])
        other = replace(settings, memory_format=NCHW if settings.memory_format == NHWC else NHWC)
        difference = float((_run(settings, layer, _ordered(other)) - y).abs().max())
        y_memory = _memory(y, torch.arange(y.numel()).view(y.shape))
        return replace(result, y=y, y_memory=y_memory, steps=steps, difference=difference)
    # The same call on the elements' numbers, laid out as x is, tells where each element goes.
    numbers = memory.elements.as_strided(x.shape, x.stride())
    came_from = _run(settings, None, numbers)
    index = _index_in_y(settings)
    return replace(result, y=y, y_memory=_memory(y, came_from), index=index, came_from=came_from, shared=shared)


def _ordered(settings: Settings) -> Tensor:
    x: Tensor = eval(settings.ordering(), {"torch": torch, "x": settings.input()})
    return x


def _run(settings: Settings, layer: Layer | None, x: Tensor) -> Tensor:
    names: dict[str, object] = {"torch": torch, "x": x}
    if layer is not None:
        weight, bias = bank("random", layer.out_channels, layer.in_channels, *layer.kernel_size)
        names["conv"] = partial(run, str(layer), weight=weight, bias=bias)
    y: Tensor = eval(settings.expression(), names)
    return y


def _memory(tensor: Tensor, elements: Tensor) -> Memory:
    """The tensor's memory, with the number of the element at each place."""
    span, stride = span_of(tensor), tensor.stride()
    places = torch.zeros(tensor.shape, dtype=torch.int64)
    for axis, (size, step) in enumerate(zip(tensor.shape, stride, strict=True)):
        places += (torch.arange(size) * step).view(-1, *(1,) * (tensor.dim() - 1 - axis))
    owners = torch.full((span,), -1)
    owners[places.flatten()] = elements.flatten()
    return Memory(tensor.as_strided((span,), (1,)), owners, stride)


def _index_in_y(settings: Settings) -> tuple[int, ...]:
    n, c, h, w = settings.element
    if settings.operation in (PERMUTE, RESHAPE):
        return n, h, w, c
    if settings.operation in (VIEW, FLAT):
        return (((n * settings.channels + c) * settings.height + h) * settings.width + w,)
    return settings.element


def _reason(settings: Settings, layer: Layer | None, x: Tensor) -> str:
    if layer is None:
        return _(
            "view(-1) copies nothing: it needs all elements in memory in index order, one place after the other, and "
            "here they lie in another order. x.reshape(-1) copies when it has to, as x.contiguous().view(-1) does."
        )
    if settings.operation == CONV_OF_NHWC and settings.height != settings.channels:
        message = _(
            "The layer takes {channels} channels and looks for them in axis 1. This input is (N, H, W, C): axis 1 holds "
            "its {height} rows. Give the layer x itself, (N, C, H, W)."
        )
        return message.format(channels=settings.channels, height=settings.height)
    if x.dtype != torch.float32:
        message = _(
            "x holds {dtype}, the layer's weights are torch.float32: give x.float(), or x / 255 for a uint8 image."
        )
        return message.format(dtype=x.dtype)
    return plain_reason(layer, (x if settings.operation == CONV else x.permute(0, 2, 3, 1)).shape)
