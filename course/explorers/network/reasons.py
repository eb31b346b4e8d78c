"""Why a network does not run, in plain words: the layer, what it was given, and the number that would fit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import nn

from course.explorers.calls import axis_reasons
from course.explorers.network.run import Failure, Shape, Trace
from course.explorers.network.stack import Unbuilt
from course.language import _
from course.layers import POOLINGS, Layer


@dataclass(frozen=True)
class FailureReason:
    """A layer that gave nothing: its place among the rows, its name and text, in plain words why, and torch's words."""

    index: int
    name: str
    text: str
    in_shape: Shape
    plain: str
    torch: str


def failure_reason(run: Trace, unbuilt: Unbuilt | None, texts: tuple[str, ...]) -> FailureReason | None:
    """What kept the network from running to its end; None if nothing did."""
    index, failure = len(run.rows), run.failure
    before = run.rows[-1].out_shape if run.rows else ()
    if failure is None:
        if unbuilt is None:
            return None
        text = texts[unbuilt.index]
        return FailureReason(index, str(unbuilt.index), text, before, _unbuilt_reason(text), unbuilt.error)
    text = texts[index] if index < len(texts) else str(failure.module) if failure.module else ""
    return FailureReason(index, failure.name, text, failure.in_shape, plain_reason(run, failure), failure.error)


def plain_reason(run: Trace, failure: Failure) -> str:
    """The reason in plain words, with what to do."""
    module, shape = failure.module, failure.in_shape
    if module is None:
        return _between(run, shape)
    if isinstance(module, nn.Linear):
        return _linear(run, module, shape)
    reasons = " ".join(_image_layer(module, shape))
    if reasons:
        return reasons
    message = _("{layer} is given {shape}; torch's own words tell what does not go with it.")
    return message.format(layer=type(module).__name__, shape=_said(shape))


def _between(run: Trace, shape: Shape) -> str:
    if not run.rows:
        return _("The model stops before its first layer, on an input of {shape}.").format(shape=_said(shape))
    message = _(
        "{layer} has run and gives {shape}{product} for each image. What the model does with it next, outside of any layer, "
        "does not go. Look there for a number that is written down, as in view(-1, n): n = {number} would fit, and flatten(1) needs none."
    )
    last = run.rows[-1]
    return message.format(
        layer=last.name or last.kind, shape=_said(shape), product=_product(shape), number=math.prod(shape)
    )


def _linear(run: Trace, module: nn.Linear, shape: Shape) -> str:
    wanted = math.prod(shape)
    if len(shape) > 1:
        message = _(
            "Linear takes a vector, but it is given {shape}: put nn.Flatten() before it. That makes a vector of {product}"
        ).format(shape=_said(shape), product=_product(shape).removeprefix(", "))
        if module.in_features == wanted:
            return message + _(", as many as in_features={number} asks for.").format(number=wanted)
        return message + _("; then in_features={number} would fit.").format(number=wanted)
    last = run.rows[-1] if run.rows else None
    message = _("Linear has in_features={given}, but a vector of {came} comes in: in_features={came} would fit.")
    told = message.format(given=module.in_features, came=wanted)
    if last is not None and isinstance(last.module, nn.Flatten):
        told += " " + _("Flatten makes it of {shape}{product}.").format(
            shape=_said(last.in_shape), product=_product(last.in_shape)
        )
    return told


_IMAGE_LAYERS = (
    nn.Conv2d,
    nn.ConvTranspose2d,
    nn.MaxPool2d,
    nn.AvgPool2d,
    nn.BatchNorm2d,
    nn.AdaptiveAvgPool2d,
    nn.AdaptiveMaxPool2d,
)


def _image_layer(module: Any, shape: Shape) -> Iterator[str]:
    if not isinstance(module, _IMAGE_LAYERS):
        return
    if len(shape) != 3:
        message = _(
            "{layer} slides over maps (channels, height, width), but it is given {shape}: put it before what flattens."
        )
        yield message.format(layer=type(module).__name__, shape=_said(shape))
        return
    name = "num_features" if isinstance(module, nn.BatchNorm2d) else "in_channels"
    wanted = getattr(module, name, shape[0])
    if wanted != shape[0]:
        message = _("{layer} has {name}={wanted}, but its input has C = {came}: {name}={came} would fit.")
        yield message.format(layer=type(module).__name__, name=name, wanted=wanted, came=shape[0])
    if isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        yield from _sliding(module, shape)


def _sliding(module: nn.Module, shape: Shape) -> Iterator[str]:
    layer = Layer.of(module)
    padding = layer.padding if layer.name in POOLINGS and not isinstance(layer.padding, str) else ()
    if any(2 * cells > size for cells, size in zip(padding, layer.kernel_size, strict=False)):
        message = _("{layer} may pad half its kernel at most: padding={most} or less for kernel_size={kernel}.")
        kernel = min(layer.kernel_size)
        yield message.format(layer=type(module).__name__, most=kernel // 2, kernel=kernel)
        return
    yield from sorted({*axis_reasons(layer, shape[1:])} - {""})


def _unbuilt_reason(text: str) -> str:
    if "padding='same'" in text:
        return _("padding='same' keeps the size, which only stride=1 can do: give the padding as a number.")
    message = _("torch does not make {layer}: its own words tell which numbers do not go together.")
    return message.format(layer=text)


def _said(shape: Shape) -> str:
    """A shape in words: a vector of so many, or the shape itself."""
    return _("a vector of {count}").format(count=shape[0]) if len(shape) == 1 else str(shape)


def _product(shape: Shape) -> str:
    """ ", 16 · 7 · 7 = 784 numbers" for a shape of several axes."""
    if len(shape) < 2:
        return ""
    return _(", {factors} = {product} numbers").format(
        factors=" · ".join(map(str, shape)), product=f"{math.prod(shape):,}"
    )
