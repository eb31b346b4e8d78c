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


@probe("merge-kernels")
def _merge_kernels(names: Names, draw: Draw) -> Any:
    return called(names["merge_kernels"], draw.floats(*draw.integers(2, 1, 5)), draw.floats(*draw.integers(2, 1, 5)))


@probe("max-pool")
def _max_pool(names: Names, draw: Draw) -> Any:
    kernel = draw.integers(2, 1, 4)
    padding = tuple(draw.integer(0, side // 2) for side in kernel)
    x = draw.floats(*draw.integers(2, 1, 3), *(side + draw.integer(0, 6) for side in kernel))
    if draw.integer(0, 1):
        return called(names["max_pool"], x, min(kernel), *((draw.integer(1, 3),) if draw.integer(0, 1) else ()))
    stride = draw.choice((None, draw.integer(1, 3), draw.integers(2, 1, 3)))
    return called(names["max_pool"], x, kernel, stride, padding)


@probe("learn-kernel", runs=8)
def _learn_kernel(names: Names, draw: Draw) -> Any:
    """Whether the kernel is found after 300 steps and after few; its numbers depend on where the steps begin."""
    size = draw.integer(1, 4)
    kernel = 2 + draw.floats(size, size).abs()
    images = draw.floats(draw.integer(1, 3), 1, 14, 11)
    targets = torch.nn.functional.conv2d(images, kernel[None, None])
    torch.manual_seed(draw.integer(0, 10**6))
    learned = names["learn_kernel"](images, targets, size)
    early = names["learn_kernel"](images, targets, size, steps=2)
    near = [bool((each - kernel).abs().max() < 0.1) for each in (learned, early)]
    return tuple(learned.shape), learned.dtype, learned.requires_grad, near


@probe("case-stuck-loss", runs=30)
def _fit(names: Names, draw: Draw) -> Any:
    classes, count = draw.integer(2, 4), draw.integer(4, 12)
    model = _ready(draw, classes)
    images, labels = draw.floats(count, 2, 6, 7), torch.tensor(draw.integers(count, 0, classes - 1))
    more = {"epochs": draw.integer(1, 4), "batch": draw.integer(2, 6), "learning_rate": draw.choice((0.01, 0.1))}
    torch.manual_seed(draw.integer(0, 10**6))  # for the order, and dropout
    losses = names["fit"](model, images, labels, **more)
    return losses, {name: value.clone() for name, value in model.state_dict().items()}
