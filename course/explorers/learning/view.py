"""The picture of the learning explorer: image and outputs above, the kernels and the loss below."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import numpy as np

from course.explorers.drawing import array, hidden_panels, image_scale, lettering
from course.explorers.learning.result import Result
from course.explorers.text import picture_text
from course.figures import (
    LINE,
    Colour,
    Fill,
    Label,
    Layout,
    Map,
    Picture,
    Rectangle,
    Scale,
    backing,
    frame,
    place,
    scale_of,
)
from course.language import N_, language

CURVE: Colour = (28, 126, 214)
_WIDTH, _HEIGHT = 896, 500
_LEFTS, _TOP, _SIDE = (12, 308, 604), 28, 280
_KERNEL_LEFTS, _KERNEL_TOP, _KERNEL_SIDE = (12, 198, 384), 338, 150
_PLOT = Rectangle(640, _KERNEL_TOP, 244, _KERNEL_SIDE)
_MOST_DECADES = 10
_TITLES = (N_("Image"), N_("Output of the true kernel: the target"), N_("Output of the learned kernel"))
_KERNELS = (N_("True kernel"), N_("Before training"), N_("Learned kernel"))
_LOSS = N_("Loss, from step to step")


def draw(result: Result, revealed: bool) -> Picture:
    """The image, the target and the output; the true kernel, the first one and the learned one; the loss."""
    items = [*_map(array(result.x), _images()[0], image_scale(array(result.x)))]
    items += _map(array(result.target), _images()[1], output_scale(result))
    items += _map(array(result.true), _kernels()[0], kernel_scale(result))
    items += _map(array(result.start), _kernels()[1], kernel_scale(result))
    if revealed:
        items += _map(array(result.y), _images()[2], output_scale(result))
        items += _map(array(result.learned), _kernels()[2], kernel_scale(result))
        items += _curve(result)
    return Picture(_layout(revealed, language()), tuple(items))


@cache
def _images() -> tuple[Rectangle, ...]:
    return tuple(Rectangle(left, _TOP, _SIDE, _SIDE) for left in _LEFTS)


@cache
def _kernels() -> tuple[Rectangle, ...]:
    return tuple(Rectangle(left, _KERNEL_TOP, _KERNEL_SIDE, _KERNEL_SIDE) for left in _KERNEL_LEFTS)


@cache
def _layout(revealed: bool, _language: str) -> Layout:
    boxes = (*_images(), *_kernels(), _PLOT)
    labels = [
        Label(picture_text(title), box.left, box.top - 9, 14)
        for title, box in zip((*_TITLES, *_KERNELS, _LOSS), boxes, strict=True)
    ]
    questions, frames = hidden_panels(() if revealed else (_images()[2], _kernels()[2], _PLOT))
    return Layout(_WIDTH, _HEIGHT, (*labels, *questions), tuple(frames))


def _map(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float32]], box: Rectangle, scale: Scale
) -> Iterator[Map | Fill]:
    grid = place(values.shape, box)
    yield backing(grid.box())
    yield grid.map(values, scale)


def _curve(result: Result) -> Iterator[Map | Fill]:
    """The loss in powers of ten from left, the first step, to right, the last one."""
    yield from frame(_PLOT, LINE)
    losses = result.losses
    top = math.ceil(math.log10(max(float(losses.max()), 1e-12)))
    least = float(losses[losses > 0].min(initial=10.0**top))
    bottom = max(min(math.floor(math.log10(least)), top - 2), top - _MOST_DECADES)
    yield lettering(f"1e{top}", _PLOT.left - 6, _PLOT.top + 11, 12, anchor="right", muted=True)
    yield lettering(f"1e{bottom}", _PLOT.left - 6, _PLOT.top + _PLOT.height, 12, anchor="right", muted=True)
    room = _PLOT.height - 3
    heights = np.log10(np.maximum(losses, 10.0**bottom))
    levels = np.clip(np.rint((top - heights) / (top - bottom) * room), 0, room).astype(int)
    at = np.linspace(0, len(levels) - 1, _PLOT.width - 1).astype(int)
    previous = int(levels[0])
    for column, level in enumerate(levels[at].tolist()):
        upper, lower = min(previous, level), max(previous, level)
        yield Fill(
            Rectangle(_PLOT.left + column, _PLOT.top + upper, 2 if column < _PLOT.width - 2 else 1, lower - upper + 2),
            CURVE,
        )
        previous = level


def output_scale(result: Result) -> Scale:
    """The colours of both outputs: those of the target, so that they can be compared."""
    return scale_of(array(result.target), signed=True)


def kernel_scale(result: Result) -> Scale:
    """The colours of all three kernels: those that hold the true one and the first one."""
    largest = max(float(kernel.abs().max()) for kernel in (result.true, result.start))
    return Scale(-largest, largest, signed=True)
