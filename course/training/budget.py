"""What a model costs for one image, counted in a dry run: parameters, multiply-adds, and bytes of feature maps."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter, tree_map_only
from torch.utils.flop_counter import flop_registry

from course.checking.models import modes_kept

_BATCH = 2  # BatchNorm in train mode may refuse a single image


def cost(model: nn.Module, shape: tuple[int, ...], most_bytes: int) -> dict[str, int]:
    """Count what one image of this shape, (C, H, W), costs in train mode; the model's modes and buffers stay as they were.

    An operation is planned before it is run, so that a result beyond `most_bytes` is never allocated.

    Returns:
        multiply_adds: of convolutions and matrix products, for one image; elementwise operations are not counted.
        bytes: of all results, for one image: what training keeps. A view or an in-place result takes no more room. More than
            `most_bytes` where the model was stopped.
        unregistered: how many parameters took part that are not among the model's own: no optimizer finds them.
    """
    count = _Count(most_bytes, {id(each) for each in model.parameters()})
    buffers = [(buffer, buffer.clone()) for buffer in model.buffers()]
    images = torch.linspace(0, 1, _BATCH * shape[0] * shape[1] * shape[2]).reshape(_BATCH, *shape)
    try:
        with modes_kept(model), suppress(_TooLarge), torch.no_grad(), torch.random.fork_rng(devices=[]), count:
            model.train()
            model(images)
    finally:
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)
    return {
        "multiply_adds": count.multiply_adds // _BATCH,
        "bytes": count.bytes // _BATCH,
        "unregistered": sum(count.strangers.values()),
    }


class _TooLarge(BaseException):
    """The next result would go beyond the limit. Not an Exception: a model's own `except` cannot swallow it."""


class _Count(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees each operation before it is run."""

    def __init__(self, most_bytes: int, own: set[int]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.multiply_adds = self.bytes = 0
        self.strangers: dict[int, int] = {}
        self._most, self._own = most_bytes * _BATCH, own

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        for each in tree_iter((args, kwargs)):
            if isinstance(each, nn.Parameter) and id(each) not in self._own:
                self.strangers[id(each)] = each.numel()
        planned = _planned(func, args, kwargs)
        if planned is not None:
            self._add(func, args, kwargs, planned)
        result = func(*args, **kwargs)
        if planned is None:
            self._add(func, args, kwargs, result)
        return result

    def _add(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        if not any(each.alias_info for each in func._schema.returns):  # a view, or in place
            self.bytes += sum(
                each.numel() * each.element_size() for each in tree_iter(result) if isinstance(each, Tensor)
            )
        formula = flop_registry.get(func._overloadpacket)
        if formula is not None:
            self.multiply_adds += int(formula(*args, **kwargs, out_val=result)) // 2
        if self.bytes > self._most:
            raise _TooLarge


def _planned(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The operation's results without their memory; None where torch cannot tell them without computing."""
    if any(isinstance(each, torch.Generator) for each in tree_iter((args, kwargs))):
        return None
    args, kwargs = tree_map_only(Tensor, _without_memory, (args, kwargs))
    if "device" in kwargs:
        kwargs = {**kwargs, "device": torch.device("meta")}
    try:
        return func(*args, **kwargs)
    except (NotImplementedError, RuntimeError, TypeError, ValueError):  # the real call will tell, if it is an error
        return None


def _without_memory(tensor: Tensor) -> Tensor:
    return torch.empty_strided(tensor.size(), tensor.stride(), dtype=tensor.dtype, device="meta")
