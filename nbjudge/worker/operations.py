"""The operations that a judge can request on objects of the worker, and what it is told of an object or an error that they give."""

from __future__ import annotations

import copy
import inspect
import linecache
import operator
import sysconfig
import traceback
import types
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from nbjudge.plugins import package_folders, plugin_packages
from nbjudge.text import message_of

SIGNATURE_PARAMETERS = 100

PACKAGES = {"site-packages", "dist-packages"}
"""Names of folders in which libraries are installed, of this environment or of another one that it reads too."""


def _call(target: Any, *arguments: Any, **keywords: Any) -> Any:
    return target(*arguments, **keywords)


def _enter(target: Any) -> Any:
    return type(target).__enter__(target)


def _exit(target: Any) -> Any:
    return type(target).__exit__(target, None, None, None)


ARITHMETIC = (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift",
)  # fmt: skip
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
IN_PLACE = ("iadd", "isub", "imul", "itruediv")
UNARY = ("neg", "pos", "abs", "invert")

OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": _call,
    "run": _call,  # a function of a course's plugin
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "contains": operator.contains,
    "len": len,
    "iter": iter,
    "next": next,
    "reversed": reversed,
    "str": str,
    "repr": repr,
    "format": format,
    "hash": hash,
    "bool": bool,
    "int": int,
    "float": float,
    "index": operator.index,
    "round": round,
    "dir": dir,
    "isinstance": isinstance,
    "issubclass": issubclass,
    "enter": _enter,
    "exit": _exit,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{name: getattr(operator, name) for name in (*ARITHMETIC, *COMPARISONS, *IN_PLACE, *UNARY)},
}
"""The operations by name; a request holds the name and the arguments."""

FEATURES = (
    "__call__", "__len__", "__iter__", "__next__", "__reversed__", "__getitem__", "__setitem__", "__delitem__",
    "__contains__", "__bool__", "__int__", "__float__", "__index__", "__round__", "__enter__", "__exit__", "__abs__",
    "__neg__", "__pos__", "__invert__",
)  # fmt: skip
"""Special methods whose mere presence Python asks for: a proxy has those that its object has."""


def traits(value: Any) -> list[Any]:
    """The traits of an object: whether it is a class, the names of its class and bases, its special methods, signature, place."""
    is_class = isinstance(value, type)
    kind = value if is_class else type(value)
    features = [name for name in FEATURES if hasattr(kind, name) or (is_class and name == "__call__")]
    return [is_class, names_of(kind)[:50], features, _signature(value), _place(value)]


def names_of(kind: type) -> list[list[str]]:
    """Module and qualified name of a class and of its bases, the class first."""
    return [[str(base.__module__), str(base.__qualname__)] for base in kind.__mro__]


def _place(value: Any) -> list[str]:
    """The module and the name by which a class, function or module can be imported, by its own attributes."""
    if isinstance(value, types.ModuleType):
        return [str(value.__name__), ""]
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return [module, name] if isinstance(module, str) and isinstance(name, str) else []


def _signature(value: Any) -> list[Any] | None:
    if not callable(value):
        return None
    try:
        parameters = list(inspect.signature(value).parameters.values())
    except Exception:  # some callables have none
        return None
    empty = inspect.Parameter.empty
    return [
        [parameter.name, int(parameter.kind), parameter.default is not empty, _simple(parameter.default)]
        for parameter in parameters[:SIGNATURE_PARAMETERS]
    ]


def _simple(value: Any) -> Any:
    return value if type(value) in (bool, int, float, str, type(None)) and abs(hash(value)) < 1 << 60 else None


def describe_error(error: BaseException) -> list[Any]:
    """Describe an error.

    Returns:
        Its type's name, its message, the names of its type and the type's bases, and the student's lines that led to it,
        each as function, number and text.
    """
    kind = type(error)
    lines = [described_line(frame, number) for frame, number in student_frames(error)]
    return [kind.__name__, message_of(error), [base.__name__ for base in kind.__mro__], lines]


def student_frames(error: BaseException) -> list[tuple[types.FrameType, int]]:
    """The frames of the traceback that are in the student's own code, outermost first, each with its line.

    Libraries are not, nor nbjudge and the course's plugins, wherever they are installed.
    """
    others = folders_of_others(plugin_packages())
    frames: list[tuple[types.FrameType, int]] = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        path = Path(name)
        of_others = not PACKAGES.isdisjoint(path.parts) or (
            path.is_absolute() and not others.isdisjoint([path.resolve(), *path.resolve().parents])
        )
        if not of_others and not name.startswith("<frozen"):
            frames.append((frame, number))
    return frames


def described_line(frame: types.FrameType, number: int) -> list[Any]:
    """A line that a frame runs: function, number and text."""
    text = linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()
    return [frame.f_code.co_name, number, text]


@cache
def folders_of_others(packages: frozenset[str]) -> frozenset[Path]:
    """The folders of code that is no student's: installed libraries, nbjudge, and these packages."""
    libraries = (Path(path) for path in sysconfig.get_paths().values() if path)
    own = package_folders(["nbjudge", *sorted(packages)])
    return frozenset(path.resolve() for path in (*libraries, *own))
