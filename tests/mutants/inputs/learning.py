"""Lesson 04: random models, loaders and batches."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from tests.mutants.compare import Draw, Names, called, probe
from tests.mutants.inputs.cnn import condition, network

Loader = list[tuple[Tensor, Tensor]]


@probe("running-statistics")
def _running_statistics(names: Names, draw: Draw) -> Any:
    shape = draw.integers(4, 1, 4) if draw.integer(0, 3) else (1, draw.integer(1, 4), 1, 1)
    more = (draw.choice((0.0, 0.01, 0.3, 1.0)),) if draw.integer(0, 1) else ()
    old = draw.floats(shape[1]), draw.floats(shape[1]).abs()
    return called(names["running_statistics"], *old, draw.floats(*shape), *more)


def _loader(draw: Draw, classes: int) -> Loader:
    sizes = [draw.integer(2, 6) for _ in range(draw.integer(1, 4))]
    return [(draw.floats(n, 2, 6, 7), torch.tensor(draw.integers(n, 0, classes - 1))) for n in sizes]


def _classifier(draw: Draw, classes: int) -> nn.Module:
    torch.manual_seed(draw.integer(0, 10**6))
    return nn.Sequential(network(draw, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(classes))


def _ready(draw: Draw, classes: int) -> nn.Module:
    model = _classifier(draw, classes)
    modes = [module.training for module in model.modules()]
    with torch.no_grad():
        model.eval()(torch.zeros(1, 2, 6, 7))  # the lazy layer learns its size
    for module, training in zip(model.modules(), modes, strict=True):
        module.training = training
    return model


@probe("train-epoch", runs=30)
def _train_epoch(names: Names, draw: Draw) -> Any:
    classes = draw.integer(2, 4)
    model, loader = _ready(draw, classes), _loader(draw, classes)
    if draw.integer(0, 1):
        for parameter in model.parameters():
            parameter.grad = draw.floats(*parameter.shape)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    torch.manual_seed(draw.integer(0, 10**6))  # for dropout
    loss = names["train_epoch"](model, loader, optimizer)
    return loss, {name: value.clone() for name, value in model.state_dict().items()}


@probe("accuracy", runs=40)
def _accuracy(names: Names, draw: Draw) -> Any:
    classes = draw.integer(2, 4)
    model, loader = _ready(draw, classes), _loader(draw, classes)
    recorded: list[bool] = []
    model.register_forward_hook(lambda module, inputs, output: recorded.append(bool(output.requires_grad)))
    return names["accuracy"](model, loader), recorded, condition(model)
