"""What a test cell hands over, on its way to a worker; and what becomes of objects that cannot go there."""

from __future__ import annotations

import io
import sys
import types
from collections.abc import Iterator
from functools import cache
from typing import Any

import torch
from torch import Tensor

from nbjudge.codec import CodecError
from nbjudge.codec.tensors import MemoryPickler

_PLAIN = frozenset({type(None), bool, int, float, str, bytes, tuple, list, dict})


class Ours:
    """The objects of ours that a worker knows by number: functions of tests and the like, which it calls back."""

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
            CodecError: when none was handed over under it.
        """
        if not isinstance(number, int) or not 0 <= number < len(self._objects):
            raise CodecError("an object that was never handed over")
        return self._objects[number]


def packed(value: Any, ours: Ours) -> bytes:
    """A value as bytes for the worker, which trusts us: stand-ins as what they stand for, what stays here as a number."""
    buffer = io.BytesIO()
    _Pickler(ours, buffer).dump(value)
    return buffer.getvalue()


class _Pickler(MemoryPickler):
    def __init__(self, ours: Ours, buffer: io.BytesIO) -> None:
        super().__init__(buffer, protocol=5)
        self._ours = ours

    def persistent_id(self, value: Any) -> Any:
        if type(value) in _PLAIN:  # most of what is asked for
            return None
        number = getattr(type(value), "_number_of", None)
        if number is not None:
            return ("yours", number(value))
        stands_for = value.__dict__.get("_stands_for") if isinstance(value, (Tensor, BaseException)) else None
        if stands_for is not None:
            return self.persistent_id(stands_for)
        if isinstance(value, type) and "_stand_in" in value.__dict__:
            return self.persistent_id(value.__dict__["_stand_in"])
        if isinstance(value, types.ModuleType) and sys.modules.get(value.__name__) is value:
            return ("module", value.__name__)  # the worker's own: from one of ours, all of them could be reached
        if _stays_here(value):
            return ("ours", self._ours.number_of(value))
        return None


def _stays_here(value: Any) -> bool:
    """Whether an object lives here only: functions and classes of test cells, what is made of them, and what runs."""
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
        isinstance(value, Iterator) and type(value).__module__ == "builtins" and not hasattr(value, "__reduce__")
    ):
        return True
    return type(value).__module__ == "__main__" and not isinstance(value, torch.nn.Module)


@cache
def _can_be_found(kind: Any) -> bool:
    """Whether a class stands where it says."""
    found: Any = sys.modules.get(kind.__module__)
    for part in kind.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is kind or kind.__module__ in {"builtins", "__main__"}
