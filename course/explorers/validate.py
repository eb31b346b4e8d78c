"""Validate the arguments of an explorer's call: whole numbers, ranges, names. Errors show the value, and what there is."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from course.language import _


def is_whole(value: Any) -> bool:
    """Whether the value is an int, of Python or of NumPy, and no bool."""
    try:
        operator.index(value)
    except TypeError:
        return False
    return not isinstance(value, bool)


def whole(name: str, value: Any) -> int:
    """The setting as an int.

    Raises:
        TypeError: when it is none.
    """
    if not is_whole(value):
        message = _("{name} must be a whole number, an int, but it is {value!r}, a {type}.")
        raise TypeError(message.format(name=name, value=value, type=type(value).__name__))
    return operator.index(value)


def in_range(name: str, value: Any, limits: tuple[int, int]) -> int:
    """The setting as an int from the first limit to the second, both included.

    Raises:
        TypeError: when it is no int.
        ValueError: when it is outside.
    """
    number = whole(name, value)
    low, high = limits
    if not low <= number <= high:
        message = _("{name}={value} cannot be shown here: take {low} to {high}.")
        raise ValueError(message.format(name=name, value=value, low=low, high=high))
    return number


def both_sides(value: Any) -> tuple[Any, ...]:
    """A height and a width: those given, or one number for both."""
    return tuple(value) if isinstance(value, tuple | list) else (value, value)


def is_size(kernel: Any) -> bool:
    """Whether a kernel means a size: a number, or two of them; rows of numbers are values."""
    if isinstance(kernel, tuple | list):
        return len(kernel) == 2 and not any(isinstance(entry, tuple | list | Tensor) for entry in kernel)
    return not hasattr(kernel, "shape") or torch.as_tensor(kernel).dim() == 0


def one_of(name: str, value: Any, known: Iterable[Any]) -> Any:
    """The setting, which must be one of these.

    Raises:
        ValueError: when it is none of them; it lists them.
    """
    known = tuple(known)
    if value not in known:
        message = _("{name}={value!r} is not known; there are: {known}.")
        raise ValueError(message.format(name=name, value=value, known=", ".join(map(repr, known))))
    return value
