"""Lesson 03: random kernels, strides and dilations, and what must be refused."""

from __future__ import annotations

from typing import Any

import torch

from tests.mutants.compare import Draw, Names, called, layer, probe


@probe("same-padding")
def _same_padding(names: Names, draw: Draw) -> Any:
    kernel = draw.integer(1, 40)
    return called(names["same_padding"], kernel), called(names["same_padding"], kernel, draw.integer(1, 9))


@probe("valid-or-same", runs=3000)
def _padded_size(names: Names, draw: Draw) -> Any:
    padding = draw.choice((0, 1, 2, 3, 4, "valid", "same", "valid", "same", "SAME", "full", "", 1.0, 0.0, 2.5))
    size, kernel, stride, dilation = draw.integer(1, 15), draw.integer(1, 7), draw.integer(1, 4), draw.integer(1, 4)
    more = (dilation,) if draw.integer(0, 1) else ()
    seen = called(names["padded_size"], size, kernel, stride, padding, *more)
    refused = isinstance(seen[0], str) and isinstance(padding, float)
    return seen[1] if refused and kernel > size else seen  # two errors at once: either will do


@probe("case-even-kernel")
def _box_blur(names: Names, draw: Draw) -> Any:
    return called(names["box_blur"], draw.floats(*draw.integers(2, 1, 3), *draw.integers(2, 1, 12)), draw.integer(1, 9))


@probe("same-conv")
def _same_conv(names: Names, draw: Draw) -> Any:
    in_channels, out_channels = draw.integer(1, 3), draw.integer(1, 4)
    kernel, stride, dilation = draw.one_or_pair(1, 6), draw.one_or_pair(1, 4), draw.one_or_pair(1, 3)
    x = draw.floats(draw.integer(1, 3), in_channels, *draw.integers(2, 1, 15))
    more = {"bias": False} if draw.integer(0, 1) else {}
    return layer(names["SameConv2d"], [x], draw, in_channels, out_channels, kernel, stride, dilation, **more)


@probe("causal-conv")
def _causal_conv(names: Names, draw: Draw) -> Any:
    in_channels, out_channels = draw.integer(1, 3), draw.integer(1, 4)
    x = draw.floats(draw.integer(1, 3), in_channels, draw.integer(1, 25))
    more = (draw.integer(1, 5),) if draw.integer(0, 1) else ()
    return layer(names["CausalConv1d"], [x], draw, in_channels, out_channels, draw.integer(1, 6), *more)


@probe("padding-modes", runs=400)
def _pad_by_hand(names: Names, draw: Draw) -> Any:
    sizes = draw.integers(2, 1, 7)
    dtype = draw.choice((torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool))
    x = draw.floats(*draw.integers(draw.integer(0, 3), 1, 3), *sizes, dtype=dtype)
    mode = draw.choice(("zeros", "reflect", "replicate", "circular"))
    return called(names["pad_by_hand"], x, draw.integer(0, min(sizes) - 1), mode)


@probe("shift-error", runs=400)
def _shift_error(names: Names, draw: Draw) -> Any:
    step = draw.one_or_pair(1, 3)
    x = draw.floats(draw.integer(1, 2), draw.integer(1, 2), *draw.integers(2, 9, 20))
    layer = draw.choice((torch.nn.MaxPool2d(step), torch.nn.AvgPool2d(3, 1, 1), torch.nn.Softmax(dim=2)))
    error, _arguments = called(names["shift_error"], layer, x, *draw.integers(2, -4, 4))
    return error
