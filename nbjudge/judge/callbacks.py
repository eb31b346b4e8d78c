"""What a worker may ask of an object that a test has handed over: to call it, and what data it shows."""

from __future__ import annotations

from typing import Any

from nbjudge.codec import CodecError


def asked(target: Any, operation: Any, arguments: Any) -> Any:
    """Do what was asked; raises what that raises.

    Raises:
        AttributeError: for a name that begins with an underscore: from there, all that is ours could be reached.
        CodecError: for a question that no worker asks.
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
    raise CodecError("an unknown question")


def sendable(error: Exception) -> Exception:
    """An error of a test's function without its lines: of a built-in class, with its message."""
    kind: type[Exception] = next(each for each in type(error).__mro__ if each.__module__ == "builtins")
    return kind(*[each for each in error.args if isinstance(each, (str, int, float, bool))])
