"""Lesson 01: what its steps expect of a batch, of statistics, of an order in memory."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Sample
from course.checking.expect import Mistake, expect_tensor, expect_tuple
from course.exercises.nchw.mistakes import (
    layout_mistakes,
    mean_mistakes,
    memory_mistakes,
    normalize_mistakes,
    scale_mistakes,
    stride_mistakes,
)
from course.language import _


def expect_layout(got: Any, images: Tensor) -> None:
    """Expect the pixels of uint8 (N, H, W, C) images at their NCHW places, whatever was done to dtype and scale."""
    right = images.permute(0, 3, 1, 2).to(torch.float32) / 255
    scaled = (Mistake("", right, ""), *scale_mistakes(images))
    if any(each.explains(got) for each in scaled):
        return
    expect_tensor(got, right, layout_mistakes(images), what=for_shape(images), any_dtype=True)


def expect_float32(got: Tensor) -> None:
    """Expect the dtype float32."""
    if got.dtype == torch.float32:
        return
    advice = (
        _("The parameters of a layer are float32, and torch does not mix: the layer would raise an error.")
        if got.dtype.is_floating_point
        else _("Whole numbers cannot hold 0.5, and a layer wants float32. Which operation changes the dtype?")
    )
    raise Wrong(_("Expected the dtype torch.float32, but got {got}.").format(got=got.dtype), "dtype", advice)


def expect_pictures(got: Any, images: Tensor) -> None:
    """Expect uint8 (N, H, W, C) images as float32 (N, C, H, W) in [0, 1]."""
    expected = images.permute(0, 3, 1, 2).to(torch.float32) / 255
    mistakes = (*scale_mistakes(images), *layout_mistakes(images))
    expect_tensor(got, expected, mistakes, what=for_shape(images))


def for_shape(x: Tensor) -> str:
    """The input in words, for a message."""
    return _("for an input of shape {shape}").format(shape=tuple(x.shape))


def expect_means(answer: Answer, x: Tensor) -> None:
    """Expect the mean of each channel of an NCHW tensor."""
    expect_tensor(answer(x), x.mean((0, 2, 3)), mean_mistakes(x), what=for_shape(x))


def expect_normalized(answer: Answer, sample: Sample, shape: tuple[int, ...]) -> None:
    """Expect that a random tensor of this shape is normalized with random statistics."""
    x, mean, std = sample.floats(*shape), sample.floats(shape[1]), 0.3 + 2 * sample.floats(shape[1]).abs()
    expected = (x - mean[:, None, None]) / std[:, None, None]
    expect_tensor(answer(x, mean, std), expected, normalize_mistakes(x, mean, std), what=for_shape(x))


def expect_same(got: Any, x: Tensor) -> None:
    """Expect the shape, the dtype and the values of `x`, in any order in memory."""
    expect_tensor(got, x, memory_mistakes(x), what=for_shape(x))


def expect_channels_last(got: Any, x: Tensor) -> None:
    """Expect `x` in channels_last; where a size of 1 leaves a choice, any strides that torch takes for channels_last."""
    expect_same(got, x)
    if got.is_contiguous(memory_format=torch.channels_last):
        return
    expected = x.to(memory_format=torch.channels_last).stride()
    message = _("Expected the strides {expected}, but got {got} ({what}).").format(
        expected=tuple(expected), got=got.stride(), what=for_shape(x)
    )
    if got.is_contiguous() or got.stride() == x.stride():
        advice = _("The order in memory is not channels_last: print `.stride()` of your input and of your result.")
        raise Wrong(message, "memory-unchanged", advice)
    advice = _("In channels_last the channels of one pixel are neighbours: which axis has the stride 1?")
    raise Wrong(message, "strides", advice)


def expect_strides(answer: Answer, shape: tuple[int, int, int, int], memory_format: torch.memory_format) -> None:
    """Expect the strides that torch gives a new tensor of this shape in this memory format."""
    expected = torch.empty(shape, device="meta", memory_format=memory_format).stride()
    what = _("for the shape {shape} in {memory_format}").format(shape=shape, memory_format=memory_format)
    mistakes = stride_mistakes(shape, expected, memory_format == torch.channels_last)
    got = answer(shape, memory_format)
    if type(got) in (tuple, list) and any(type(each) is float for each in got):
        raise Wrong(
            _("Expected four ints, but got {got} ({what}).").format(got=got, what=what),
            "float-for-int",
            _("`/` always gives a float in Python. A stride counts elements: only multiply."),
        )
    expect_tuple(got, expected, mistakes, what=what)
