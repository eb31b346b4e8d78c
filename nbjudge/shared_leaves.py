"""Tensors that gradients end in, such as a student's parameters, kept the same on both sides of a link.

A test cell may train a student's model with an optimizer of its own, and the student's code may train one that a test holds.
So both sides tell each other which of these tensors, or their gradients, have changed since they last did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Seen = tuple[int, int, int]


def seen(leaf: Tensor) -> Seen:
    """What changes whenever a tensor or its gradient does."""
    gradient = leaf.grad
    return leaf._version, 0 if gradient is None else id(gradient), 0 if gradient is None else gradient._version


def copy_into(leaf: Tensor, value: Tensor, gradient: Tensor | None) -> None:
    """Give a leaf another value and gradient."""
    with torch.no_grad():
        if not torch.equal(leaf, value):
            leaf.copy_(value)
    leaf.grad = gradient


@dataclass
class _Shared:
    leaf: Tensor
    proxy: Any
    seen: Seen


class SharedLeaves:
    """The judge's copies, each with the stand-in of the original."""

    def __init__(self) -> None:
        self._shared: dict[int, _Shared] = {}

    def shared(self, leaf: Tensor, proxy: Any) -> Tensor:
        """The judge's one copy of the original that the stand-in stands for, brought up to date."""
        known = self._shared.get(id(proxy))
        if known is None:
            leaf._stands_for = proxy  # type: ignore[attr-defined]
            known = self._shared[id(proxy)] = _Shared(leaf, proxy, seen(leaf))
        elif known.leaf.shape == leaf.shape and known.leaf.dtype == leaf.dtype:
            copy_into(known.leaf, leaf, leaf.grad)
            known.seen = seen(known.leaf)
        return known.leaf

    def changed(self) -> list[tuple[Any, Tensor, Tensor | None]]:
        """Stand-in, value and gradient of each copy that has changed here since last told."""
        found = []
        for each in self._shared.values():
            if (now := seen(each.leaf)) != each.seen:
                each.seen = now
                gradient = None if each.leaf.grad is None else each.leaf.grad.detach().clone()
                found.append((each.proxy, each.leaf.detach().clone(), gradient))
        return found

    def take(self, leaves: list[Any]) -> None:
        """What the worker sent has been brought up to date while it was read."""
        for leaf in leaves:
            if not isinstance(leaf, Tensor):
                raise TypeError("a leaf that is no tensor")
