"""The layout explorer: a tensor's axes, the order of its elements in memory, its strides, and what reads or copies it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial

import torch
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.base import Recipe
from course.explorers.calls import Conv2dCall, run
from course.explorers.controls import Shown
from course.explorers.kernels import bank
from course.explorers.layout.description import describe, judge
from course.explorers.layout.settings import (
    AXES,
    CONV,
    CONV_OF_NHWC,
    FLAT,
    GIVEN,
    NCHW,
    NHWC,
    NOTHING,
    PERMUTE,
    RANGES,
    RESHAPE,
    VIEW,
    Settings,
    settings_of,
    span_of,
)
from course.explorers.layout.view import draw
from course.explorers.question import Question
from course.explorers.settings import Choice, Slider
from course.explorers.text import Problem
from course.language import N_, _

_TENSOR, _DONE, _ELEMENT = N_("Tensor x"), N_("What is done with x"), N_("One element")
_FORMATS = {
    NCHW: N_("NCHW: contiguous"),
    NHWC: N_("NHWC: channels_last"),
    GIVEN: N_("as x was given"),
}
_OPERATIONS = {
    NOTHING: N_("nothing"),
    CONV: N_("conv(x)"),
    PERMUTE: N_("permute to N, H, W, C"),
    RESHAPE: N_("reshape to N, H, W, C"),
    VIEW: N_("view(-1)"),
    FLAT: N_("reshape(-1)"),
    CONV_OF_NHWC: N_("mistake: conv(NHWC)"),
}
_LAYER = frozenset({"kernel", "stride", "padding", "out_channels"})

CONTROLS = {
    "memory_format": Choice(N_("memory order"), _FORMATS, _TENSOR),
    "batch": Slider(N_("N, batch"), *RANGES["batch"], _TENSOR),
    "channels": Slider(N_("C, channels"), *RANGES["channels"], _TENSOR),
    "height": Slider(N_("H, height"), *RANGES["height"], _TENSOR),
    "width": Slider(N_("W, width"), *RANGES["width"], _TENSOR),
    "n": Slider(N_("n"), 0, RANGES["batch"][1] - 1, _ELEMENT),
    "c": Slider(N_("c"), 0, RANGES["channels"][1] - 1, _ELEMENT),
    "h": Slider(N_("h"), 0, RANGES["height"][1] - 1, _ELEMENT),
    "w": Slider(N_("w"), 0, RANGES["width"][1] - 1, _ELEMENT),
    "operation": Choice(N_("y ="), _OPERATIONS, _DONE),
    "kernel": Slider(N_("kernel"), *RANGES["kernel"], _DONE),
    "stride": Slider(N_("stride"), *RANGES["stride"], _DONE),
    "padding": Slider(N_("padding"), *RANGES["padding"], _DONE),
    "out_channels": Slider(N_("out_channels"), *RANGES["out_channels"], _DONE),
}


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
    y: Tensor | None
    y_memory: Memory | None
    problem: Problem | None
    index: tuple[int, ...] | None
    came_from: Tensor | None
    shared: bool
    steps: tuple[SizeSteps, SizeSteps] | None
    difference: float | None

    @cached_property
    def is_silently_wrong(self) -> bool:
        """Whether torch took what cannot be meant: rows for channels, or a reshape that scrambles the elements."""
        if self.settings.operation == RESHAPE and self.came_from is not None:
            numbers = torch.arange(self.x.numel()).view(self.x.shape)
            return not torch.equal(self.came_from, numbers.permute(0, 2, 3, 1))
        return self.settings.operation == CONV_OF_NHWC and self.y is not None


def compute(settings: Settings) -> Result:
    """Run the program of the settings."""
    x = _ordered(settings)
    memory = _memory(x, torch.arange(x.numel()).view(x.shape))
    layer = settings.layer()
    done = Result(settings, x, memory, None, None, None, None, None, False, None, None)
    try:
        y = _run(settings, layer, x)
    except (RuntimeError, ValueError, TypeError) as error:
        plain = _plain_reason(settings, layer, x)
        return replace(done, problem=Problem(settings.program(), plain, str(error)))
    shared = y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    if layer is not None:
        took = x if settings.operation == CONV else x.permute(0, 2, 3, 1)
        steps = layer.steps(*took.shape[2:])
        other = replace(settings, memory_format=NCHW if settings.memory_format == NHWC else NHWC)
        difference = float((_run(settings, layer, _ordered(other)) - y).abs().max())
        y_memory = _memory(y, torch.arange(y.numel()).view(y.shape))
        return replace(done, y=y, y_memory=y_memory, steps=steps, difference=difference)
    # The same call on the elements' numbers, laid out as x is, tells where each element goes.
    numbers = memory.elements.as_strided(x.shape, x.stride())
    came_from = _run(settings, None, numbers)
    index = _index_in_y(settings)
    return replace(done, y=y, y_memory=_memory(y, came_from), index=index, came_from=came_from, shared=shared)


def _ordered(settings: Settings) -> Tensor:
    x: Tensor = eval(settings.ordering(), {"torch": torch, "x": settings.input()})
    return x


def _run(settings: Settings, layer: Conv2dCall | None, x: Tensor) -> Tensor:
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


def _plain_reason(settings: Settings, layer: Conv2dCall | None, x: Tensor) -> str:
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
    took = x if settings.operation == CONV else x.permute(0, 2, 3, 1)
    try:
        layer.steps(*took.shape[2:])
    except ValueError as reason:
        return str(reason)
    return _("The input is {shape}; torch's own words tell what does not go with it.").format(shape=tuple(took.shape))


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the element inside the tensor, and what the controls show of them."""
    if settings.own is None and settings.memory_format == GIVEN:
        settings = replace(settings, memory_format=NCHW)
    ranges = {axis: (0, getattr(settings, size) - 1) for axis, size in AXES.items()}
    settings = replace(
        settings, **{axis: min(getattr(settings, axis), last) for axis, (_first, last) in ranges.items()}
    )
    return settings, Shown(ranges, {}, frozenset(_out_of_use(settings)))


def _out_of_use(settings: Settings) -> Iterator[str]:
    if settings.own is not None:
        yield from AXES.values()
    if settings.layer() is None:
        yield from _LAYER


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    fit=fit,
    question=Question(
        prompt=N_("How many places after the first one does the chosen element lie in the memory of x?"),
        inputs=(N_("offset"),),
        judge=judge,
        about=frozenset({*AXES, *AXES.values(), "memory_format"}),
    ),
)
