"""Errors that a worker raises, rebuilt in the judge: built-in and library classes are themselves, a student's is a mirror."""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Sequence
from typing import Any

from nbjudge.codec.libraries import original_of
from nbjudge.hidden_tests import StudentLine
from nbjudge.plugins import plugin_packages, top_level

Names = Sequence[Sequence[str]]
"""Module and qualified name of a class and its bases, the class first, as a handle has them."""

_SPECIAL = {
    "function": types.FunctionType, "builtin_function_or_method": types.BuiltinFunctionType, "method": types.MethodType,
    "generator": types.GeneratorType, "module": types.ModuleType, "code": types.CodeType,
    "coroutine": types.CoroutineType, "NoneType": type(None),
}  # fmt: skip

_mirrors: dict[tuple[tuple[str, str], ...], type] = {}

_NEVER_REBUILT = frozenset({"nbjudge", "IPython", "unittest", "_pytest", "bdb"})
"""Packages whose errors have a meaning for the judge, or for what runs tests: a skipped test would count as passed."""


class RemoteFailure(Exception):
    """A function that ran in a worker raised: the error as plain data.

    Attributes:
        type_name: the name of its type.
        message: its text.
        bases: the names of its type and of the type's bases.
        lines: the student's lines that led to it, outermost first.
    """

    def __init__(self, type_name: str, message: str, bases: tuple[str, ...], lines: tuple[StudentLine, ...]) -> None:
        super().__init__(type_name, message)
        self.type_name = type_name
        self.message = message
        self.bases = bases
        self.lines = lines


class RemoteTooSlow(Exception):
    """A function that ran in a worker did not return in time."""


class WorkerGone(BaseException):
    """The worker ended, or sent what no honest worker sends. Not an Exception, so that no test cell catches it."""


class OutOfTime(BaseException):
    """A call of a test cell did not come back in time."""


def imported_class(module: str, name: str) -> type | None:
    """The class of this name, when this process has imported its module from where it is installed; never imports."""
    if module == "builtins" and name in _SPECIAL:
        return _SPECIAL[name]
    if module == "__main__" or module not in sys.modules:
        return None
    value: Any = sys.modules[module]
    for part in name.split("."):
        value = getattr(value, part, None)
    return value if isinstance(value, type) and value.__module__ == module else None


def mirror(names: Names) -> type:
    """The class with this name and these bases, or its mirror.

    A class that the judge has imported is itself. A student's class has a mirror: a class of the same name and with the same
    bases, as far as they are imported, so that `isinstance` and `except` work as they would beside the student's code. It has
    none of the class's behaviour.
    """
    key = tuple((str(module), str(name)) for module, name in names)
    if key not in _mirrors:
        _mirrors[key] = _make(key)
    return _mirrors[key]


def _make(key: tuple[tuple[str, str], ...]) -> type:
    imported = [kind for kind in (imported_class(*name) for name in key) if kind is not None and _is_harmless(kind)]
    base = imported[0] if imported else object
    if key and imported_class(*key[0]) is base:
        return base
    name = key[0][1].rpartition(".")[2] if key else "object"
    methods: dict[str, Any] = {"__module__": "__main__"}
    if issubclass(base, BaseException):
        methods["__getattr__"] = _of_the_original
    try:
        return type(name if name.isidentifier() else "Mirror", (base,), methods)
    except Exception:  # some classes cannot have subclasses
        return base


_HEAP_TYPE = 1 << 9


class _Plain:
    pass


def _is_harmless(kind: type) -> bool:
    """Whether a proxy may say that it is of this class.

    Code in C, such as torch's, asks `isinstance(x, Tensor)` and then reads the memory of a tensor. So nothing may say that it
    is of a class whose objects hold more than a Python object does.
    """
    if kind in _SPECIAL.values() or kind is object or issubclass(kind, BaseException):
        return True
    return all(
        base is object or (base.__flags__ & _HEAP_TYPE and base.__basicsize__ <= _Plain.__basicsize__)
        for base in kind.__mro__
    )


def _of_the_original(error: BaseException, name: str) -> Any:
    """What a student's own error holds besides its message."""
    original = original_of(error)
    if original is None or name.startswith("__"):
        raise AttributeError(name)
    return getattr(original, name)


def rebuild_error(names: Names, message: str, arguments: Sequence[Any]) -> BaseException:
    """Rebuild a worker's error: of the same class, its mirror, or a base, and with the same message."""
    kind = mirror(names)
    if not issubclass(kind, BaseException):
        kind = Exception
    if not {top_level(base.__module__) for base in kind.__mro__}.isdisjoint(_NEVER_REBUILT | plugin_packages()):
        kind = Exception
    error_arguments = tuple(arguments) if arguments else ((message,) if message else ())
    error: BaseException
    try:
        error = kind.__new__(kind, *error_arguments)
        error.args = error_arguments
        if str(error) != message:
            error.args = (message,)
    except Exception:
        try:
            error = _nearest(kind)(message)
        except Exception:  # some, such as UnicodeDecodeError, want more than a message
            error = Exception(message)
    if isinstance(error, StopIteration):
        error.value = error_arguments[0] if error_arguments else None
    return error


def _nearest(kind: type[BaseException]) -> type[BaseException]:
    return next((base for base in kind.__mro__ if getattr(builtins, base.__name__, None) is base), Exception)
