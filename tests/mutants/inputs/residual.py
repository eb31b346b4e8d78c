"""Lesson 07: random blocks, and models of which a function must leave everything else as it was."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from tests.mutants.compare import Draw, Names, called, fill, layer, probe


def _block(names: Names, draw: Draw, name: str, *sizes: int) -> Any:
    """A block in training and in evaluation, on a batch that it must leave as it was."""
    x = draw.floats(draw.integer(2, 3), sizes[0], *draw.integers(2, 2, 9))
    return layer(names[name], [x], draw, *sizes)


def _unit(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.BatchNorm2d(out_channels), nn.ReLU())


class _Twice(nn.Module):
    """Runs its layers in another order than it has them, one twice, and one never."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.last = nn.Linear(channels, 2)
        self.never = nn.Conv2d(channels, channels, 1)
        self.again = nn.ReLU()
        self.first = _unit(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        y = self.again(self.first(self.again(x)))
        result: Tensor = self.last(y.mean((2, 3)))
        return result


def _model(draw: Draw) -> nn.Module:
    """A model for images of shape (N, 2, H, W), in a drawn mode, with some modules in another."""
    channels = draw.integer(1, 4)
    makers: tuple[Callable[[], nn.Module], ...] = (
        lambda: _Twice(2),
        lambda: nn.Conv2d(2, channels, 2),
        lambda: nn.Sequential(_unit(2, channels), nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(channels), nn.Dropout()),
        lambda: nn.Sequential(_unit(2, channels), nn.Sequential(_unit(channels, 3), nn.MaxPool2d(2)), nn.Tanh()),
    )
    model = draw.choice(makers)()
    fill(model, draw)
    for module in model.modules():
        module.training = bool(draw.integer(0, 1))
    for parameter in model.parameters():
        parameter.requires_grad_(draw.integer(0, 4) > 0)
    return model


def _condition(model: nn.Module) -> Any:
    """All that a function may have changed."""
    parameters = [(name, value.requires_grad, value.detach().clone()) for name, value in model.named_parameters()]
    hooks = [len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules()]
    buffers = [(name, value.clone()) for name, value in model.named_buffers()]
    return parameters, hooks, buffers, [module.training for module in model.modules()]


def _tried(function: Callable[[nn.Module], Any], model: nn.Module) -> Any:
    """What a function gives for a model, or the type of its error, and how it leaves the model."""
    try:
        value = function(model)
    except Exception as error:
        return type(error).__name__, _condition(model)
    return value, _condition(model)


@probe("gradient-norms", runs=60)
def _gradient_norms(names: Names, draw: Draw) -> Any:
    model = _model(draw).requires_grad_()
    if draw.integer(0, 1):
        for parameter in model.parameters():
            parameter.grad = draw.floats(*parameter.shape)
    x = draw.floats(draw.integer(2, 4), 2, draw.integer(4, 8), draw.integer(4, 8))
    return _tried(lambda each: names["gradient_norms"](each, x), model)


@probe("residual-block", runs=40)
def _residual_block(names: Names, draw: Draw) -> Any:
    return _block(names, draw, "ResidualBlock", draw.integer(1, 4))


@probe("projection-block", runs=80)
def _projection_block(names: Names, draw: Draw) -> Any:
    more = (draw.integer(1, 3),) if draw.integer(0, 1) else ()
    return _block(names, draw, "ProjectionBlock", *draw.integers(2, 1, 3), *more)


@probe("bottleneck", runs=80)
def _bottleneck(names: Names, draw: Draw) -> Any:
    more = (draw.integer(1, 3),) if draw.integer(0, 1) else ()
    return _block(names, draw, "Bottleneck", *draw.integers(3, 1, 3), *more)


@probe("case-spoiled-shortcut", runs=60)
def _add_shortcut(names: Names, draw: Draw) -> Any:
    channels = draw.integer(1, 3)
    branch = draw.choice(
        (nn.ReLU(inplace=True), nn.Conv2d(channels, channels, 3, padding=1), _unit(channels, channels))
    )
    branch = draw.choice((branch, nn.Sequential(nn.Hardtanh(inplace=True), branch)))
    fill(branch, draw)
    x = draw.floats(draw.integer(2, 3), channels, *draw.integers(2, 1, 6))
    leaf = x.clone().requires_grad_()
    output = names["add_shortcut"](leaf * 1, branch)
    gradients = torch.autograd.grad((output * draw.floats(*x.shape)).sum(), [leaf, *branch.parameters()])
    return called(names["add_shortcut"], x, branch.eval())[0], x, output, gradients


@probe("start-as-identity", runs=60)
def _start_as_identity(names: Names, draw: Draw) -> Any:
    channels = draw.integer(1, 4)
    parts = draw.choice(
        (["shortcut", "a", "b"], ["b", "a", "shortcut"], ["one"], ["x", "shortcut", "y"], ["main", "shortcut_of_mine"])
    )
    block = nn.Sequential(OrderedDict((name, _unit(channels, channels)) for name in parts[:-1]))
    block.add_module(parts[-1], nn.Sequential(_unit(channels, channels), nn.Sequential(_unit(channels, channels))))
    fill(block, draw)
    before = dict(block.named_parameters())
    returned = names["start_as_identity"](block)
    same = [value is before[name] for name, value in block.named_parameters()]
    return returned is block, same, _condition(block)


@probe("shape-table", runs=60)
def _shape_table(names: Names, draw: Draw) -> Any:
    model = _model(draw)
    channels = 2 if draw.integer(0, 5) else 3  # with three the model raises
    shape = (draw.integer(1, 3), channels, draw.integer(4, 8), draw.integer(4, 8))
    seen = _tried(lambda each: names["shape_table"](each, shape), copy.deepcopy(model))
    return seen, _condition(model)
