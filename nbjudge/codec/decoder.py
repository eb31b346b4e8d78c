"""Decodes a worker's messages, which may hold anything, in the judge."""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

from nbjudge.codec import libraries
from nbjudge.codec import types as t
from nbjudge.codec.types import CodecError, require


@dataclass
class Decoder:
    """Decodes values.

    Attributes:
        proxy: makes the proxy of a handle.
        arguments: the arguments of the call that is answered, for values that are one of them.
        callback: finds an object of the judge that the worker knows as a callback.
        side: finds the judge's side of a library; None where only the values are read.
    """

    proxy: Callable[[Any], Any]
    arguments: Sequence[Any] = ()
    callback: Callable[[int], Any] | None = None
    side: Callable[[libraries.Library], libraries.JudgeSide | None] = lambda _: None
    _depth: int = 0

    def decode(self, message: bytes) -> Any:
        """The value of a message.

        Raises:
            CodecError: when it is not one that an encoder writes.
        """
        try:
            return self._unpack(message)
        except CodecError:
            raise
        except Exception as error:
            raise CodecError(f"{type(error).__name__}: {error}"[:300]) from None

    def _unpack(self, payload: bytes) -> Any:
        if self._depth > 2 * t.DEPTH:
            raise CodecError("nested too deeply")
        self._depth += 1
        try:
            return msgpack.unpackb(
                payload,
                raw=False,
                strict_map_key=True,
                ext_hook=self._extension,
                unicode_errors="surrogatepass",
                max_array_len=t.ITEMS,
                max_map_len=t.ITEMS,
            )
        finally:
            self._depth -= 1

    def _extension(self, code: int, data: bytes) -> Any:
        payload = self._unpack(data)
        reader = _READERS.get(code)
        return reader(self, payload) if reader else libraries.library_of(code).readers[code](self, payload)

    def _read_int(self, text: Any) -> int:
        require(isinstance(text, str) and len(text) <= t.DIGITS, "a number")
        return int(text, 16) if "0x" in text else int(text)

    def _read_dict(self, flat: Any) -> dict[Any, Any]:
        require(isinstance(flat, list) and len(flat) % 2 == 0, "a dict")
        return dict(zip(flat[::2], flat[1::2], strict=True))

    def _read_named(self, name: Any) -> Any:
        require(isinstance(name, str), "a name")
        names = libraries.library(name.partition(".")[0]).names if "." in name else t.NAMES
        require(name in names, "a name")
        return names[name]

    def _read_built(self, payload: Any) -> Any:
        name, text = payload
        require(isinstance(name, str) and isinstance(text, str) and len(text) < 10_000, "a text")
        makers = libraries.library(name.partition(".")[0]).makers if "." in name else t.MAKERS
        require(name in makers, "a type")
        return makers[name](text)

    def _read_namedtuple(self, payload: Any) -> Any:
        name, fields, items = payload
        require(len(fields) == len(items) <= 1000, "fields")
        return collections.namedtuple(name, fields)(*items)  # it refuses what is no identifier

    def _read_argument(self, position: Any) -> Any:
        require(isinstance(position, int) and 0 <= position < len(self.arguments), "an argument")
        return self.arguments[position]

    def _read_callback(self, number: Any) -> Any:
        require(isinstance(number, int) and self.callback is not None, "a number")
        assert self.callback is not None
        return self.callback(number)


_READERS: dict[int, Callable[[Decoder, Any], Any]] = {
    t.TUPLE: lambda _, items: tuple(items),
    t.SET: lambda _, items: set(items),
    t.FROZENSET: lambda _, items: frozenset(items),
    t.DEQUE: lambda _, items: collections.deque(items),
    t.DICT: Decoder._read_dict,
    t.ORDERED: lambda self, flat: collections.OrderedDict(self._read_dict(flat)),
    t.COUNTER: lambda self, flat: collections.Counter(self._read_dict(flat)),
    t.INT: Decoder._read_int,
    t.COMPLEX: lambda _, parts: complex(*parts),
    t.BYTEARRAY: lambda _, data: bytearray(data),
    t.RANGE: lambda _, parts: range(*parts),
    t.SLICE: lambda _, parts: slice(*parts),
    t.NAMED: Decoder._read_named,
    t.BUILT: Decoder._read_built,
    t.NAMEDTUPLE: Decoder._read_namedtuple,
    t.ARGUMENT: Decoder._read_argument,
    t.CALLBACK: Decoder._read_callback,
    t.HANDLE: lambda self, payload: self.proxy(payload),
}
