"""What a test cell hands over to a worker: data by value, proxies as what they stand for, and callbacks by number.

A callback is an object that stays in the judge, such as a function of a test cell; the worker asks for what it does with it.
"""

from __future__ import annotations

import io
import sys
import types
from collections.abc import Iterator
from functools import cache
from typing import Any

from nbjudge.codec import CodecError
from nbjudge.codec.libraries import ValuePickler, original_of

_PLAIN = frozenset({type(None), bool, int, float, str, bytes, tuple, list, dict})


class Callbacks:
    """The objects that a worker knows by number."""

    def __init__(self) -> None:
        self._objects: list[Any] = []
        self._numbers: dict[int, int] = {}

    def number_of(self, value: Any) -> int:
        """The number of an object, which from now on has one."""
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        return self._numbers[id(value)]

    def at(self, number: Any) -> Any:
        """The object with this number.

        Raises:
            CodecError: when no object has it.
        """
        if not isinstance(number, int) or not 0 <= number < len(self._objects):
            raise CodecError("an object that was never handed over")
        return self._objects[number]


def call_back(target: Any, operation: Any, arguments: Any) -> Any:
    """Do with an object what the worker asks; raises what that raises.

    Raises:
        AttributeError: for a name that begins with an underscore: from there, the whole judge could be reached.
        CodecError: for an operation that no worker asks for.
    """
    if operation == "call":
        positional, named = arguments
        return target(*positional, **named)
    if operation == "attribute":
        (name,) = arguments
        if not isinstance(name, str) or name.startswith("_"):
            raise AttributeError(name)
        return getattr(target, name)
    if operation == "iterate":
        return iter(target)
    if operation == "next":
        return next(target)
    if operation == "length":
        return len(target)
    if operation == "item":
        return target[arguments[0]]
    raise CodecError("an unknown operation")


def plain_error(error: Exception) -> Exception:
    """An error that a callback raised, without its lines: of a built-in class, with its message."""
    kind: type[Exception] = next(base for base in type(error).__mro__ if base.__module__ == "builtins")
    return kind(*[argument for argument in error.args if isinstance(argument, (str, int, float, bool))])


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
            # the worker's own: from one of the judge's, the whole judge could be reached
            return ("module", value.__name__)
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
    value: Any = sys.modules.get(kind.__module__)
    for part in kind.__qualname__.split("."):
        value = getattr(value, part, None)
    return value is kind or kind.__module__ in {"builtins", "__main__"}
