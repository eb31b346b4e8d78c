"""Proxies: in test cells, they stand for objects that live in a worker. An operation on a proxy is carried out on the object.

Data never has a proxy, it comes by value. So a proxy does not equal data, and the worker is not asked: an answer that is no
number could say that it equals one. Two proxies are compared by their objects' own `==`. For the same reason an object has
operators with data, and `in`, only where classes of the source have them: `result - expected` would hand it the expected value,
and it could return 0.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any

from nbjudge.codec import CodecError
from nbjudge.codec.libraries import ORIGINAL
from nbjudge.judge.errors import mirror
from nbjudge.judge.link import Link
from nbjudge.worker.operations import ARITHMETIC, FEATURES, IN_PLACE

_FORWARDED = frozenset(
    {
        "__name__", "__qualname__", "__code__", "__defaults__", "__kwdefaults__", "__annotations__", "__wrapped__",
        "__self__", "__func__", "__closure__", "__dict__", "__doc__", "__version__", "__file__",
    }
)  # fmt: skip


class Proxy:
    """The proxy of an object of a worker; its class is a subclass that has the special methods of the object."""

    __slots__ = ("__link", "__number", "__traits", "__weakref__")

    def __init__(self, link: Link, number: int, traits: Sequence[Any]) -> None:
        object.__setattr__(self, "_Proxy__link", link)
        object.__setattr__(self, "_Proxy__number", number)
        object.__setattr__(self, "_Proxy__traits", traits)

    @staticmethod
    def _number_of(proxy: Proxy) -> int:
        number: int = object.__getattribute__(proxy, "_Proxy__number")
        return number

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # what isinstance() asks when the type itself is none of those wanted
        traits = object.__getattribute__(self, "_Proxy__traits")
        return type if traits[0] else mirror(traits[1])

    @property
    def __bases__(self) -> tuple[type, ...]:
        traits = object.__getattribute__(self, "_Proxy__traits")
        if not traits[0]:
            raise AttributeError("__bases__")
        return (mirror(traits[1]),)

    @property
    def __mro__(self) -> tuple[type, ...]:
        return mirror(object.__getattribute__(self, "_Proxy__traits")[1]).__mro__

    @property
    def __signature__(self) -> inspect.Signature | None:
        parameters = object.__getattribute__(self, "_Proxy__traits")[3]
        return None if parameters is None else _signature(parameters)

    @property
    def __doc__(self) -> Any:  # type: ignore[override]
        return _do(self, "getattr", "__doc__", None)

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return _do(self, "getattr", "__dict__")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _FORWARDED:
            raise AttributeError(name)
        if name.startswith(("_repr_", "_ipython_")) and name.endswith("_"):  # IPython is not to display it its own way
            raise AttributeError(name)
        return _do(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _do(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        _do(self, "delattr", name)

    def __dir__(self) -> list[str]:
        return [str(name) for name in _do(self, "dir")]

    def __repr__(self) -> str:
        return str(_do(self, "repr"))

    def __str__(self) -> str:
        return str(_do(self, "str"))

    def __format__(self, spec: str) -> str:
        return str(_do(self, "format", spec))

    def __hash__(self) -> int:
        return int(_do(self, "hash"))

    def __eq__(self, other: object) -> Any:
        return _compare(self, "eq", other)

    def __ne__(self, other: object) -> Any:
        return _compare(self, "ne", other)

    def __lt__(self, other: object) -> Any:
        return _compare(self, "lt", other)

    def __le__(self, other: object) -> Any:
        return _compare(self, "le", other)

    def __gt__(self, other: object) -> Any:
        return _compare(self, "gt", other)

    def __ge__(self, other: object) -> Any:
        return _compare(self, "ge", other)

    def __copy__(self) -> Any:
        return _do(self, "copy")

    def __deepcopy__(self, memo: Any) -> Any:
        return _do(self, "deepcopy")

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("the proxy of an object cannot be pickled")


def _do(proxy: Proxy, operation: str, *arguments: Any, **keywords: Any) -> Any:
    link: Link = object.__getattribute__(proxy, "_Proxy__link")
    return link.do(operation, proxy, *arguments, **keywords)


def link_of(proxy: object) -> Link:
    """The link to the worker in which a proxy's object lives."""
    link: Link = object.__getattribute__(proxy, "_Proxy__link")
    return link


def run_in_worker(proxy: object, function: Callable[..., Any], *arguments: Any) -> Any:
    """Run a function of the course in the worker in which a proxy's object lives, for as long as the test cell may take.

    Args:
        proxy: decides the worker.
        function: at the top level of a module that the worker can import; it goes by that name.
        arguments: go by value, proxies as what they stand for. What the function changes in them is not changed here.

    Returns:
        What it returns, as a call of a proxy gives it: plain data by value, anything else as a proxy. It is the student's
        word, who has had every chance to change it.

    Raises:
        RemoteFailure: when it raised.
        RemoteTooSlow: when it did not return in time, or raised TimeLimitReached.
        ValueError: when the function has no such name.
    """
    if getattr(function, "__module__", None) in {None, "__main__"} or "<" in getattr(function, "__qualname__", "<"):
        raise ValueError(f"{function!r} is not at the top level of a module, so a worker cannot import it")
    return link_of(proxy).run(function, *arguments)


def _compare(proxy: Proxy, operation: str, other: object) -> Any:
    return _do(proxy, operation, other) if is_proxy(other) else NotImplemented


def is_proxy(value: object) -> bool:
    """Whether a value is a proxy, whatever it says of its class."""
    return issubclass(type(value), Proxy)


def _has_operator(proxy: Proxy, operation: str) -> bool:
    """Whether an object may get data in an operator: classes of the source define it, or are not known."""
    allowed = link_of(proxy).operators
    plain = operation.strip("_")
    plain = plain[1:] if plain in IN_PLACE else plain
    return allowed is None or not allowed.isdisjoint({f"__{plain}__", f"__r{plain}__", f"__i{plain}__"})


def _operator(operation: str) -> Callable[..., Any]:
    def method(self: Proxy, other: Any) -> Any:
        if is_proxy(other) or _has_operator(self, operation):
            return _do(self, operation, other)
        return NotImplemented

    return method


def _contains(self: Proxy, item: Any) -> bool:
    if is_proxy(item) or _has_operator(self, "contains"):
        return bool(_do(self, "contains", item))
    return any(member is item or member == item for member in iter(self))


def _forward(operation: str) -> Callable[..., Any]:
    def method(self: Proxy, *arguments: Any, **keywords: Any) -> Any:
        return _do(self, operation, *arguments, **keywords)

    return method


def _reflect(operation: str) -> Callable[[Proxy, Any], Any]:
    def method(self: Proxy, other: Any) -> Any:
        return link_of(self).do(operation, other, self) if _has_operator(self, operation) else NotImplemented

    return method


def _exit(self: Proxy, *_: Any) -> Any:
    return _do(self, "exit")


def _instance_check(self: Proxy, instance: Any) -> bool:
    return is_proxy(instance) and bool(link_of(self).do("isinstance", instance, self))


def _subclass_check(self: Proxy, kind: Any) -> bool:
    return is_proxy(kind) and bool(link_of(self).do("issubclass", kind, self))


_METHODS: dict[str, Callable[..., Any]] = {
    **{name: _forward(name.strip("_")) for name in FEATURES},
    "__exit__": _exit,
    "__contains__": _contains,
}
_ALWAYS: dict[str, Callable[..., Any]] = {
    "__instancecheck__": _instance_check,
    "__subclasscheck__": _subclass_check,
    **{f"__{name.strip('_')}__": _operator(name) for name in (*ARITHMETIC, *IN_PLACE)},
    **{f"__r{name.strip('_')}__": _reflect(name) for name in ARITHMETIC},
}

_classes: dict[tuple[str, ...], type[Proxy]] = {}


def make_proxy(link: Link, handle: list[Any]) -> Any:
    """Make the proxy of a handle; of a class of errors its mirror, which `except` can name.

    Raises:
        CodecError: when the handle is not as a worker writes it.
    """
    number, is_class, names, features, parameters, place, *_ = handle
    if not (isinstance(number, int) and isinstance(names, list) and isinstance(features, list)):
        raise CodecError("no handle")
    if names[:1] == [["builtins", "module"]] and place and place[0] in sys.modules and place[0] != "__main__":
        return sys.modules[place[0]]  # the judge's own: the student may have changed the worker's
    traits = [bool(is_class), [(str(module)[:300], str(name)[:300]) for module, name in names], features, parameters]
    name = traits[1][0][1].rpartition(".")[2] if traits[1] else "object"
    proxy = _class(name, tuple(feature for feature in FEATURES if feature in features))(link, number, traits)
    if is_class and issubclass(kind := mirror(traits[1]), BaseException):
        return _error_class(kind, proxy)
    return proxy


def _error_class(kind: type[BaseException], proxy: Proxy) -> type[BaseException]:
    if kind.__module__ == "__main__" and ORIGINAL not in kind.__dict__:
        setattr(kind, ORIGINAL, proxy)
    return kind


def _class(name: str, features: tuple[str, ...]) -> type[Proxy]:
    key = (name, *features)
    if key not in _classes:
        methods = {
            "__doc__": vars(Proxy)["__doc__"],
            **_ALWAYS,
            **{feature: _METHODS[feature] for feature in features},
        }
        _classes[key] = type(name if name.isidentifier() else "Proxy", (Proxy,), {"__slots__": (), **methods})
    return _classes[key]


def _signature(parameters: Any) -> inspect.Signature | None:
    try:
        return inspect.Signature(
            [
                inspect.Parameter(
                    name, inspect._ParameterKind(kind), default=default if has_default else inspect.Parameter.empty
                )
                for name, kind, has_default, default in parameters
            ]
        )
    except (TypeError, ValueError):
        return None
