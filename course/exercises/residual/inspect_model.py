"""What a check does next to a module, where it lives: functions for `Answer.run`. What they tell is the answer's word."""

from __future__ import annotations

from torch import Tensor, nn


def leave_gradients(module: nn.Module, x: Tensor) -> None:
    """Run a module forward and backward, so that its parameters hold gradients of this batch."""
    module(x).sum().backward()


def trainable(module: nn.Module) -> dict[str, bool]:
    """Whether each parameter asks for gradients, by its qualified name."""
    return {name: each.requires_grad for name, each in module.named_parameters()}


def traces(module: nn.Module) -> dict[str, tuple[int, int]]:
    """What may be left on each submodule by whoever watched it run: its hooks, and its attributes, counted."""
    return {
        name: (len(each._forward_hooks) + len(each._forward_pre_hooks), len(vars(each)))
        for name, each in module.named_modules()
    }
