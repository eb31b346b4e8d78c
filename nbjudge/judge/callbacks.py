"""Callbacks: objects that stay in the judge, such as a function of a test cell, and what a worker may do with them."""

from __future__ import annotations

from typing import Any

from nbjudge.codec import CodecError


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
    return kind(*[each for each in error.args if isinstance(each, (str, int, float, bool))])
