"""The operations that a judge can request on objects of the worker, and the traits of an object that go with its handle."""

from __future__ import annotations

import copy
import inspect
import operator
import types
from collections.abc import Callable
from typing import Any

SIGNATURE_PARAMETERS = 100


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
    names = [[str(each.__module__), str(each.__qualname__)] for each in kind.__mro__][:50]
    features = [name for name in FEATURES if hasattr(kind, name) or (is_class and name == "__call__")]
    return [is_class, names, features, _signature(value), _place(value)]


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
    return [
        [each.name, int(each.kind), each.default is not inspect.Parameter.empty, _simple(each.default)]
        for each in parameters[:SIGNATURE_PARAMETERS]
    ]


def _simple(value: Any) -> Any:
    return value if type(value) in (bool, int, float, str, type(None)) and abs(hash(value)) < 1 << 60 else None
