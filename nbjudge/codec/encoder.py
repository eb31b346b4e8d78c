"""Encodes values of a worker as messages for the judge."""

from __future__ import annotations

import collections
import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgpack

from nbjudge.codec import libraries
from nbjudge.codec import types as t

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
    """Encodes values.

    Args:
        handle: gives the handle of an object that is no plain data: a number, and what the judge may know of it.
        callback: gives the number of a callback, which is an object of the judge; None for any other value.
    """

    def __init__(
        self, handle: Callable[[Any], list[Any]], callback: Callable[[Any], int | None] = lambda _: None
    ) -> None:
        self._handle = handle
        self._callback = callback
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
            return self._pack(self.handle(value))

    def ext(self, code: int, payload: Any) -> msgpack.ExtType:
        """The payload, of plain values and what this method and `handle` return, as an extension with this code."""
        return msgpack.ExtType(code, self._pack(payload))

    def handle(self, value: Any) -> msgpack.ExtType:
        """The value as a handle."""
        return self.ext(t.HANDLE, self._handle(value))

    def _pack(self, value: Any) -> bytes:
        packed: bytes = msgpack.packb(value, use_bin_type=True, strict_types=True, unicode_errors="surrogatepass")
        return packed

    def _plain(self, value: Any, depth: int) -> Any:
        if depth > t.DEPTH:
            raise _TooDeep
        kind = type(value)
        if value is None or kind is bool or kind is float or kind is str or kind is bytes:
            return value
        if kind is int:
            return (
                value
                if -(1 << 63) <= value < 1 << 64
                else self.ext(t.INT, str(value) if abs(value) < 10**4000 else hex(value))
            )
        if kind is ByHandle:
            return self.handle(value.value)
        position = self._arguments.get(id(value))
        if position is not None:
            return self.ext(t.ARGUMENT, position)
        number = self._callback(value)
        if number is not None:
            return self.ext(t.CALLBACK, number)
        for library in libraries.loaded():
            encoded = library.encode(value, self)
            if encoded is not None:
                return encoded
        if isinstance(value, (bool, int, float, complex, str, bytes, bytearray)):
            return self._scalar(value)
        if isinstance(value, (list, tuple, set, frozenset, dict, collections.deque, range, slice)):
            return self._container(value, depth)
        return self._object(value)

    def _scalar(self, value: Any) -> Any:
        if isinstance(value, complex):
            return self.ext(t.COMPLEX, [complex(value).real, complex(value).imag])
        if isinstance(value, bytearray):
            return self.ext(t.BYTEARRAY, bytes(value))
        for base, plainly in _UNDERNEATH.items():  # an object of a subclass goes as what it is underneath
            if isinstance(value, base):
                return self._plain(plainly(value), 0)
        raise TypeError

    def _container(self, value: Any, depth: int) -> Any:
        deeper = depth + 1
        if isinstance(value, (range, slice)):
            return self.ext(t.RANGE if isinstance(value, range) else t.SLICE,
                            [self._plain(bound, deeper) for bound in (value.start, value.stop, value.step)])  # fmt: skip
        if isinstance(value, dict):
            flat = [self._plain(item, deeper) for pair in dict.items(value) for item in pair]
            code = {collections.OrderedDict: t.ORDERED, collections.Counter: t.COUNTER}.get(type(value), t.DICT)
            return self.ext(code, flat)
        fields = getattr(type(value), "_fields", None)
        if isinstance(value, tuple) and isinstance(fields, tuple) and len(fields) == len(value):
            items = [self._plain(item, deeper) for item in tuple.__iter__(value)]
            return self.ext(t.NAMEDTUPLE, [type(value).__name__, list(map(str, fields)), items])
        items = [self._plain(item, deeper) for item in value]
        if isinstance(value, list):
            return items
        for base, code in ((tuple, t.TUPLE), (set, t.SET), (frozenset, t.FROZENSET), (collections.deque, t.DEQUE)):
            if isinstance(value, base):
                return self.ext(code, items)
        raise TypeError

    def _object(self, value: Any) -> Any:
        kind = type(value)
        if value is ... or value is NotImplemented:
            return self.ext(t.NAMED, str(value))
        if isinstance(value, type) and t.TYPES.get(value.__name__) is value:
            return self.ext(t.NAMED, f"type:{value.__name__}")
        if kind is datetime.timedelta:
            return self.ext(t.BUILT, ["timedelta", f"{value.days} {value.seconds} {value.microseconds}"])
        if kind in (datetime.date, datetime.time, datetime.datetime):
            return self.ext(t.BUILT, [kind.__name__, value.isoformat()])
        if kind.__name__ in t.MAKERS and kind.__module__ in t.MADE_IN:
            return self.ext(t.BUILT, [kind.__name__, str(value)])
        return self.handle(value)
