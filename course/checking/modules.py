"""What a check does with a module where it lives: functions for `Answer.run`. What they tell is the answer's word."""

from __future__ import annotations

from torch import nn


def modes(module: nn.Module) -> dict[str, bool]:
    """Whether each submodule is in training mode, by its qualified name; "" is the module itself."""
    return {name: each.training for name, each in module.named_modules()}


def parameter_sizes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    """The shape of each parameter, by its qualified name; a shared one counts once."""
    return {name: tuple(each.shape) for name, each in module.named_parameters()}


def set_training(module: nn.Module, training: bool) -> None:
    """Put a module, and all that is in it, into training or into evaluation mode."""
    module.train(training)
