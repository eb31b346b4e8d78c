"""Lesson 05: random layers."""

from __future__ import annotations

from typing import Any

from torch import nn

from tests.mutants.compare import Draw, Names, called, layer, probe


@probe("smooth-signal")
def _smooth(names: Names, draw: Draw) -> Any:
    return called(names["smooth"], draw.floats(*draw.integers(2, 1, 4), draw.integer(1, 15)), draw.integer(1, 9))


@probe("grouped-by-hand")
def _grouped_conv(names: Names, draw: Draw) -> Any:
    groups, seen, made = draw.integer(1, 4), draw.integer(1, 3), draw.integer(1, 3)
    kernel = draw.integers(2, 1, 4)
    x = draw.floats(draw.integer(1, 3), groups * seen, *(side + draw.integer(0, 4) for side in kernel))
    bias = draw.floats(groups * made) if draw.integer(0, 1) else None
    return called(names["grouped_conv"], x, draw.floats(groups * made, seen, *kernel), bias, groups)


@probe("depthwise-separable", runs=100)
def _depthwise_separable(names: Names, draw: Draw) -> Any:
    in_channels, out_channels = draw.integers(2, 1, 5)
    x = draw.floats(draw.integer(1, 3), in_channels, *draw.integers(2, 1, 9))
    more = (draw.integer(1, 6),) if draw.integer(0, 1) else ()
    return layer(names["DepthwiseSeparable"], [x], draw, in_channels, out_channels, *more)


@probe("separable-savings")
def _separable_savings(names: Names, draw: Draw) -> Any:
    return called(names["separable_savings"], *draw.integers(2, 1, 200), draw.integer(1, 11))


@probe("case-lost-bias")
def _count_parameters(names: Names, draw: Draw) -> Any:
    features = draw.integer(1, 6)
    shared = nn.Linear(features, features)
    own = nn.Module()
    own.register_parameter("scale", nn.Parameter(draw.floats(draw.integer(1, 9))))
    own.inside = nn.Sequential(shared, nn.Sequential(nn.Conv1d(features, 2 * features, 3), nn.BatchNorm1d(features)))
    frozen = nn.Linear(features, 3, bias=False).requires_grad_(False)
    model = draw.choice((own, shared, nn.Sequential(own, shared), nn.ReLU(), nn.Sequential(frozen, nn.PReLU(features))))
    return called(names["count_parameters"], model)[0]
