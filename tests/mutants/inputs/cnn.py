"""Lesson 08: random networks and stacks."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from tests.mutants.compare import Draw, Names, called, layer, probe


@probe("simple-cnn", runs=8)
def _simple_cnn(names: Names, draw: Draw) -> Any:
    given = draw.choice(((), (draw.integer(1, 12),), (draw.integer(1, 12), draw.integer(1, 4))))
    x = draw.floats(2, given[1] if len(given) > 1 else 3, *draw.integers(2, 8, 15))
    return layer(names["SimpleCNN"], [x], draw, *given)


@probe("cnn-with-residual", runs=6)
def _cnn_with_residual(names: Names, draw: Draw) -> Any:
    given = draw.choice(((), (draw.integer(1, 12),)))
    return layer(names["CNNWithResidual"], [draw.floats(draw.integer(1, 2), 1, 28, 28)], draw, *given)


def network(draw: Draw, channels: int) -> nn.Module:
    """Maps (N, channels, H, W) to (N, …), its modules in drawn modes."""
    made = draw.integer(1, 5)
    model = nn.Sequential(
        nn.Conv2d(channels, made, draw.integer(1, 3), draw.integer(1, 2), draw.integer(0, 1)),
        nn.BatchNorm2d(made),
        nn.Sequential(
            nn.ReLU(), nn.Dropout(0.4), draw.choice((nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Identity()))
        ),
        nn.BatchNorm2d(made),
    )
    for module in model.modules():
        module.training = bool(draw.integer(0, 1))
    return model


def condition(model: nn.Module) -> Any:
    modes = [module.training for module in model.modules()]
    return modes, torch.is_grad_enabled(), {name: value.clone() for name, value in model.state_dict().items()}


@probe("flatten-size", runs=60)
def _flatten_size(names: Names, draw: Draw) -> Any:
    shape = draw.integer(1, 3), draw.integer(4, 12), draw.integer(4, 12)
    model = network(draw, shape[0])
    return names["flatten_size"](model, shape), condition(model)


@probe("case-mixed-rows")
def _as_rows(names: Names, draw: Draw) -> Any:
    shape = draw.integers(4, 1, 4)
    x = draw.choice((draw.floats(*shape), draw.floats(*shape).to(memory_format=torch.channels_last)))
    size = shape[1] * shape[2] * shape[3]
    return called(
        names["as_rows"], x, draw.choice((size, size, 2 * size, size + 1, max(size // 2, 1), shape[0] * size))
    )


@probe("capstone", runs=2)
def _design(names: Names, draw: Draw) -> Any:
    """Any design will do that keeps to its budget and learns: the check has trained it already, and here it is weighed."""
    first, second = names["design"](), names["design"]()
    x = draw.floats(draw.integer(2, 5), 1, 28, 28).abs().clamp(max=1)
    logits = first(x)
    own = {id(value) for value in first.parameters()}
    wanted = torch.autograd.grad(logits.square().sum(), list(first.parameters()), allow_unused=True)
    count = sum(value.numel() for value in first.parameters())
    anew = not any(id(value) in own for value in second.parameters())
    return tuple(logits.shape), logits.dtype, count <= 20_000, anew, all(each is not None for each in wanted)
