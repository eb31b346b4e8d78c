"""Makes an object equal to a value in place, so that a change made in a worker shows in the object that was handed over."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


def sync_in_place(target: Any, value: Any) -> None:
    """Give the target the content of the value.

    Raises:
        TypeError, ValueError, RuntimeError: when the value cannot be what became of the target.
    """
    if isinstance(target, nn.Module):
        _renew_module(target, value)
    elif isinstance(target, Tensor):
        _renew_tensor(target, value)
    elif isinstance(target, np.ndarray):
        target[...] = _like(value, np.ndarray)
    elif isinstance(target, (list, bytearray)):
        target[:] = _like(value, type(target))
    elif isinstance(target, dict):
        target_keys = _like(value, dict)
        target.clear()
        target.update(target_keys)
    elif isinstance(target, set):
        target_items = _like(value, set)
        target.clear()
        target.update(target_items)
    else:
        raise TypeError(f"a {type(target).__name__} does not change")


def _like(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"a {kind.__name__} became a {type(value).__name__}")
    return value


def _renew_tensor(target: Tensor, value: Any) -> None:
    _like(value, Tensor)
    with torch.no_grad():
        if target.shape != value.shape:
            target.resize_(value.shape)
        if not torch.equal(target, value):
            target.copy_(value)
    if value.grad is not None and target.is_leaf:
        target.grad = value.grad


def _renew_module(target: nn.Module, value: Any) -> None:
    target.load_state_dict(value["state"])
    for module, mode in zip(target.modules(), value["modes"], strict=True):
        module.training = bool(mode)
    for parameter, gradient in zip(target.parameters(), value["gradients"], strict=True):
        parameter.grad = None if gradient is None else _like(gradient, Tensor)
