"""Pickles what a test cell hands over to a worker: by value, proxies as what they stand for, and callbacks by number."""

from __future__ import annotations

import io
import sys
import types
from collections.abc import Iterator
from functools import cache
from typing import Any

from nbjudge.codec.libraries import ValuePickler, original_of
from nbjudge.judge.callbacks import Callbacks

_PLAIN = frozenset({type(None), bool, int, float, str, bytes, tuple, list, dict})


def pickled(value: Any, callbacks: Callbacks) -> bytes:
    """A value as bytes for the worker, which trusts the judge."""
    buffer = io.BytesIO()
    _Pickler(callbacks, buffer).dump(value)
    return buffer.getvalue()


class _Pickler(ValuePickler):
    def __init__(self, callbacks: Callbacks, buffer: io.BytesIO) -> None:
        super().__init__(buffer, protocol=5)
        self._callbacks = callbacks

    def persistent_id(self, value: Any) -> Any:
        if type(value) in _PLAIN:  # most values
            return None
        number_of = getattr(type(value), "_number_of", None)
        if number_of is not None:
            return ("handle", number_of(value))
        original = original_of(value)
        if original is not None:
            return self.persistent_id(original)
        if isinstance(value, types.ModuleType) and sys.modules.get(value.__name__) is value:
            return (
                "module",
                value.__name__,
            )  # the worker's own: from one of the judge's, the whole judge could be reached
        if _stays_here(value):
            return ("callback", self._callbacks.number_of(value))
        return None


def _stays_here(value: Any) -> bool:
    """Whether an object is a callback: functions and classes of test cells, what is made of them, and what runs."""
    if isinstance(value, (types.FunctionType, type)):
        return (
            value.__module__ in {"__main__", None}
            or "<locals>" in value.__qualname__
            or "<lambda>" in value.__qualname__
        )
    if isinstance(value, types.MethodType):
        return _stays_here(value.__self__)
    kind: Any = type(value)
    if not _can_be_found(kind):  # such as a mock, whose class is made for it alone
        return True
    if isinstance(value, (types.GeneratorType, types.ModuleType, io.IOBase)) or (
        isinstance(value, Iterator) and kind.__module__ == "builtins" and not hasattr(value, "__reduce__")
    ):
        return True
    return bool(kind.__module__ == "__main__")


@cache
def _can_be_found(kind: Any) -> bool:
    """Whether a class stands where it says."""
    found: Any = sys.modules.get(kind.__module__)
    for part in kind.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is kind or kind.__module__ in {"builtins", "__main__"}
