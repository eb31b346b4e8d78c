"""Writes values of a worker as messages."""

from __future__ import annotations

import collections
import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgpack
import numpy as np
import torch
from torch import Tensor, nn

from nbjudge.codec.tensors import has_memory, memory_of
from nbjudge.codec.types import (
    ARGUMENT,
    ARRAY,
    ARRAY_KINDS,
    BUILT,
    BUILT_BY,
    BYTEARRAY,
    COMPLEX,
    COUNTER,
    DEPTH,
    DEQUE,
    DICT,
    FROZENSET,
    HANDLE,
    INT,
    NAMED,
    NAMEDTUPLE,
    ORDERED,
    OURS,
    RANGE,
    SCALAR,
    SET,
    SIZE,
    SLICE,
    TENSOR,
    TUPLE,
    TYPES,
)

_UNDERNEATH: dict[type, Callable[[Any], Any]] = {
    int: lambda value: int.__add__(value, 0),
    float: lambda value: float.__mul__(value, 1.0),
    str: lambda value: "".join(str.__iter__(value)),
    bytes: lambda value: bytes(bytes.__iter__(value)),
}


class _TooDeep(Exception):
    pass


@dataclass(frozen=True)
class ByHandle:
    """A value that goes as a handle, though it may be plain data."""

    value: Any


class Encoder:
    """Writes values of the worker.

    Args:
        handle: gives the handle of an object that is no plain data: a number, and what the judge may know of it.
        ours: gives the number under which the judge knows an object that it handed over itself, or None.
    """

    def __init__(self, handle: Callable[[Any], list[Any]], ours: Callable[[Any], int | None] = lambda _: None) -> None:
        self._handle = handle
        self._ours = ours
        self._arguments: Mapping[int, int] = {}

    def encode(self, value: Any, arguments: Mapping[int, int] | None = None) -> bytes:
        """The value as a message.

        Args:
            arguments: the position of each argument of a call by its id(), so that an answer that returns its very
                argument returns that one in the judge too.
        """
        self._arguments = arguments or {}
        try:
            return self._pack(self._plain(value, 0))
        except (_TooDeep, RecursionError, OverflowError, ValueError, TypeError):
            return self._pack(self._as_handle(value))

    def _pack(self, value: Any) -> bytes:
        packed: bytes = msgpack.packb(value, use_bin_type=True, strict_types=True, unicode_errors="surrogatepass")
        return packed

    def _ext(self, code: int, payload: Any) -> msgpack.ExtType:
        return msgpack.ExtType(code, self._pack(payload))

    def _as_handle(self, value: Any) -> msgpack.ExtType:
        return self._ext(HANDLE, self._handle(value))

    def _plain(self, value: Any, depth: int) -> Any:
        if depth > DEPTH:
            raise _TooDeep
        kind = type(value)
        if value is None or kind is bool or kind is float or kind is str or kind is bytes:
            return value
        if kind is int:
            return (
                value
                if -(1 << 63) <= value < 1 << 64
                else self._ext(INT, str(value) if abs(value) < 10**4000 else hex(value))
            )
        if kind is ByHandle:
            return self._as_handle(value.value)
        position = self._arguments.get(id(value))
        if position is not None:
            return self._ext(ARGUMENT, position)
        number = self._ours(value)
        if number is not None:
            return self._ext(OURS, number)
        if isinstance(value, Tensor):
            return self._tensor(value)
        if isinstance(value, (np.ndarray, np.generic)):
            return self._array(value)
        if isinstance(value, (bool, int, float, complex, str, bytes, bytearray)):
            return self._scalar(value)
        if isinstance(value, (list, tuple, set, frozenset, dict, collections.deque, range, slice)):
            return self._container(value, depth)
        return self._known(value)

    def _scalar(self, value: Any) -> Any:
        if isinstance(value, complex):
            return self._ext(COMPLEX, [complex(value).real, complex(value).imag])
        if isinstance(value, bytearray):
            return self._ext(BYTEARRAY, bytes(value))
        for base, plainly in _UNDERNEATH.items():  # an object of a subclass goes as what it is underneath
            if isinstance(value, base):
                return self._plain(plainly(value), 0)
        raise TypeError

    def _container(self, value: Any, depth: int) -> Any:
        deeper = depth + 1
        if isinstance(value, (range, slice)):
            return self._ext(RANGE if isinstance(value, range) else SLICE,
                             [self._plain(each, deeper) for each in (value.start, value.stop, value.step)])  # fmt: skip
        if isinstance(value, dict):
            flat = [self._plain(each, deeper) for pair in dict.items(value) for each in pair]
            code = {collections.OrderedDict: ORDERED, collections.Counter: COUNTER}.get(type(value), DICT)
            return self._ext(code, flat)
        if isinstance(value, torch.Size):
            return self._ext(SIZE, list(map(int, value)))
        fields = getattr(type(value), "_fields", None)
        if isinstance(value, tuple) and isinstance(fields, tuple) and len(fields) == len(value):
            items = [self._plain(each, deeper) for each in tuple.__iter__(value)]
            return self._ext(NAMEDTUPLE, [type(value).__name__, [str(each) for each in fields], items])
        items = [self._plain(each, deeper) for each in value]
        if isinstance(value, list):
            return items
        for base, code in ((tuple, TUPLE), (set, SET), (frozenset, FROZENSET), (collections.deque, DEQUE)):
            if isinstance(value, base):
                return self._ext(code, items)
        raise TypeError

    def _known(self, value: Any) -> Any:
        kind = type(value)
        if value is ... or value is NotImplemented:
            return self._ext(NAMED, str(value))
        if isinstance(value, type) and TYPES.get(value.__name__) is value:
            return self._ext(NAMED, f"type:{value.__name__}")
        if kind in (torch.dtype, torch.memory_format, torch.layout):
            return self._ext(NAMED, str(value))
        if kind is datetime.timedelta:
            return self._ext(BUILT, ["timedelta", f"{value.days} {value.seconds} {value.microseconds}"])
        if kind in (datetime.date, datetime.time, datetime.datetime):
            return self._ext(BUILT, [kind.__name__, value.isoformat()])
        if kind.__name__ in BUILT_BY and kind.__module__ in {"fractions", "decimal", "uuid", "pathlib", "torch"}:
            return self._ext(BUILT, [kind.__name__, str(value)])
        if isinstance(value, np.dtype) and value.kind in ARRAY_KINDS:
            return self._ext(BUILT, ["dtype", value.str])
        return self._as_handle(value)

    def _tensor(self, value: Tensor) -> Any:
        if not has_memory(value):
            return self._as_handle(value)
        memory = memory_of(value)
        gradient = None
        if value.is_leaf and value.requires_grad and value.grad is not None:
            gradient = self._tensor(value.grad.detach())
        flags = [isinstance(value, nn.Parameter), bool(value.requires_grad), bool(value.is_leaf)]
        grown = self._as_handle(value) if value.requires_grad else None
        return self._ext(TENSOR, [*memory, flags, gradient, grown])

    def _array(self, value: np.ndarray | np.generic) -> Any:
        if value.dtype.kind not in ARRAY_KINDS or value.dtype.names:
            return self._as_handle(value)
        if isinstance(value, np.generic):
            return self._ext(SCALAR, [value.dtype.str, value.tobytes()])
        plain = np.asarray(value)
        order: Literal["F", "C"] = "F" if plain.flags.f_contiguous and not plain.flags.c_contiguous else "C"
        return self._ext(ARRAY, [plain.dtype.str, list(plain.shape), order, plain.tobytes(order)])
