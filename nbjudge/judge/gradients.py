"""Lets gradients flow from a test cell back to the worker in which the calculation began."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor


class Doer(Protocol):
    """Has something done in a worker; see nbjudge.judge.link.Link."""

    def do(self, operation: str, *arguments: Any) -> Any:
        """Have it done."""


def grown(value: Tensor, link: Doer, proxy: Any) -> Tensor:
    """A tensor of this value that stands for the worker's: what flows back to it goes on there."""
    made: Tensor = _Flows.apply(torch.zeros((), requires_grad=True), value, link, proxy)  # type: ignore[no-untyped-call]
    made._stands_for = proxy  # type: ignore[attr-defined]
    return made


class _Flows(torch.autograd.Function):
    """Stands at the border: gradients that arrive here go on in the worker."""

    @staticmethod
    def forward(ctx: Any, _start: Tensor, value: Tensor, link: Doer, proxy: Any) -> Tensor:
        ctx.link, ctx.proxy = link, proxy
        return value

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, None, None, None]:
        ctx.link.do("backward", ctx.proxy, gradient)
        return None, None, None, None
