"""A tensor's memory as bytes, and back. Faster than to pickle it, and nothing but numbers."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from nbjudge.codec.types import DTYPES, TENSOR_DTYPES, extent

Memory = tuple[str, list[int], list[int], bytes]
"""The name of the dtype, the shape, the strides, and the bytes."""


def has_memory(value: Tensor) -> bool:
    """Whether a tensor is numbers in memory, of a kind that is sent."""
    return value.layout is torch.strided and value.device.type == "cpu" and str(value.dtype) in TENSOR_DTYPES


def memory_of(value: Tensor) -> Memory:
    """What a tensor is made of; it must `has_memory`. Of a few numbers out of a large memory, only those."""
    plain = value.detach().as_subclass(Tensor)
    if plain.is_conj() or plain.is_neg():
        plain = plain.resolve_conj().resolve_neg()
    span = extent(plain.shape, plain.stride())
    if span > 1024 + 16 * plain.numel():
        plain = plain.contiguous()
        span = plain.numel()
    flat = plain.as_strided((span,), (1,)) if span else plain.reshape(0)
    data = flat.contiguous().view(torch.uint8).numpy().tobytes() if span else b""
    return str(plain.dtype), list(plain.shape), list(plain.stride()), data


def from_memory(dtype: str, shape: Sequence[int], strides: Sequence[int], data: bytes) -> Tensor:
    """The tensor that is made of this; there must be as many bytes as the shape needs."""
    if not data:
        return torch.empty_strided(shape, strides, dtype=DTYPES[dtype])
    return torch.frombuffer(bytearray(data), dtype=DTYPES[dtype]).as_strided(shape, strides)


class MemoryPickler(pickle.Pickler):
    """Pickles a plain tensor as its memory, all else as ever."""

    def reducer_override(self, value: Any) -> Any:
        """See pickle.Pickler."""
        if type(value) is not Tensor or not has_memory(value) or value._backward_hooks or value.__dict__:
            return NotImplemented
        return _rebuilt, (*memory_of(value), value.requires_grad)


def _rebuilt(dtype: str, shape: Sequence[int], strides: Sequence[int], data: bytes, requires_grad: bool) -> Tensor:
    return from_memory(dtype, shape, strides, data).requires_grad_(requires_grad)
