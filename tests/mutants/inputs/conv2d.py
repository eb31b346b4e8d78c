"""Lesson 02: random images, kernels and settings of layers."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F

from tests.mutants.compare import Draw, Names, called, probe


@probe("cross-correlate")
def _cross_correlate(names: Names, draw: Draw) -> Any:
    sizes = draw.integers(2, 1, 9)
    kernel = [draw.integer(1, size) for size in sizes]
    return called(names["cross_correlate"], draw.floats(*sizes), draw.floats(*kernel))


@probe("edge-kernel", runs=1)
def _edge_kernel(names: Names, draw: Draw) -> Any:
    """Any kernel will do that is silent on flat areas and horizontal edges, and not at vertical ones."""
    kernel = names["edge_kernel"]()
    line = draw.floats(12)
    across, down = line[:, None].expand(12, 12), line[None, :].expand(12, 12)
    silent, loud = (F.conv2d(each[None, None], kernel[None, None].float()).abs().max() for each in (across, down))
    return tuple(kernel.shape), kernel.is_floating_point(), bool(silent < 1e-4), bool(loud > 1e-2)


def _layer(draw: Draw) -> tuple[int, int, int | tuple[int, int], int]:
    groups = draw.integer(1, 5)
    return groups * draw.integer(1, 6), groups * draw.integer(1, 6), draw.one_or_pair(1, 7), groups


@probe("weight-shape")
def _weight_shape(names: Names, draw: Draw) -> Any:
    *settings, groups = _layer(draw)
    return called(names["weight_shape"], *settings), called(names["weight_shape"], *settings, groups=groups)


@probe("parameter-count")
def _parameter_count(names: Names, draw: Draw) -> Any:
    *settings, groups = _layer(draw)
    bias = draw.choice((True, False))
    return called(names["parameter_count"], *settings), called(names["parameter_count"], *settings, groups, bias)


@probe("output-size", runs=2000)
def _output_size(names: Names, draw: Draw) -> Any:
    settings = (draw.integer(1, 12), draw.integer(1, 7), draw.integer(1, 5), draw.integer(0, 4), draw.integer(1, 4))
    return called(names["output_size"], *settings[: draw.integer(2, 5)])


@probe("conv2d")
def _conv2d(names: Names, draw: Draw) -> Any:
    n, in_channels, out_channels = draw.integers(3, 1, 4)
    kernel = draw.integers(2, 1, 4)
    padding = draw.one_or_pair(0, 3)
    pads = (padding, padding) if isinstance(padding, int) else padding
    sizes = [draw.integer(max(1, k - 2 * p), k + 6) for k, p in zip(kernel, pads, strict=True)]
    bias = draw.floats(out_channels) if draw.integer(0, 1) else None
    x, weight = draw.floats(n, in_channels, *sizes), draw.floats(out_channels, in_channels, *kernel)
    return called(names["conv2d"], x, weight, bias, stride=draw.one_or_pair(1, 4), padding=padding)


@probe("multiply-adds", runs=1000)
def _multiply_adds(names: Names, draw: Draw) -> Any:
    in_channels, out_channels, kernel, groups = _layer(draw)
    shape = (in_channels, draw.integer(7, 30), draw.integer(7, 30))
    more = (draw.one_or_pair(1, 4), draw.one_or_pair(0, 4))
    plain = called(names["multiply_adds"], shape, out_channels, kernel)
    return plain, called(names["multiply_adds"], shape, out_channels, kernel, *more, groups=groups)


@probe("receptive-field", runs=1000)
def _receptive_field(names: Names, draw: Draw) -> Any:
    layers = [draw.integers(draw.integer(2, 3), 1, 5) for _ in range(draw.integer(0, 6))]
    return called(names["receptive_field"], layers)


@probe("case-divided-size", runs=1000)
def _shape_walk(names: Names, draw: Draw) -> Any:
    layers = [(draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 3)) for _ in range(draw.integer(0, 6))]
    return called(names["shape_walk"], draw.integer(1, 60), layers)
