"""The codes, bounds and names that encoder and decoder agree on."""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import uuid
from collections.abc import Callable
from typing import Any

DEPTH = 100
"""How deep containers may be nested; deeper ones go as handles."""

ITEMS = 2_000_000
"""How many items one container may have."""

DIGITS = 4_000_000
"""How many hexadecimal digits an integer may have."""

DIMENSIONS = 64
"""How many dimensions an array or a tensor may have."""

TUPLE, SET, FROZENSET, DICT, INT, COMPLEX, TENSOR, ARRAY, SCALAR, HANDLE = range(1, 11)
ARGUMENT, NAMED, BUILT, DEQUE, ORDERED, COUNTER, NAMEDTUPLE, BYTEARRAY, SIZE, RANGE, SLICE, CALLBACK = range(11, 23)
"""The codes of msgpack's extensions."""

MAKERS: dict[str, Callable[[str], Any]] = {
    "Fraction": lambda text: fractions.Fraction(*map(int, text.split("/"))),  # of "1e999999999" it would make a number
    "Decimal": decimal.Decimal,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "timedelta": lambda text: datetime.timedelta(*map(int, text.split())),
    "UUID": uuid.UUID,
    "PurePosixPath": pathlib.PurePosixPath,
    "PosixPath": pathlib.Path,
}
"""What makes an object of its text, by the name of its type."""
MADE_IN = frozenset({"fractions", "decimal", "uuid", "pathlib"})
"""The modules of those types whose text is `str`."""

TYPES: dict[str, type] = {each.__name__: each for each in (
    bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, type, object, type(None),
    range, slice, BaseException, Exception,
)}  # fmt: skip
NAMES: dict[str, Any] = {
    "Ellipsis": ...,
    "NotImplemented": NotImplemented,
    **{f"type:{name}": each for name, each in TYPES.items()},
}


class CodecError(Exception):
    """A message that no honest worker sends."""


def require(holds: bool, expected: str) -> None:
    """Refuse a message in which this does not hold."""
    if not holds:
        raise CodecError(f"expected {expected}")


def is_shape(sizes: Any) -> bool:
    """Whether this can be the shape, or the strides, of an array or a tensor."""
    return (
        isinstance(sizes, list)
        and len(sizes) <= DIMENSIONS
        and all(type(size) is int and 0 <= size < 1 << 40 for size in sizes)
    )


def is_truth_values(data: bytes) -> bool:
    """Whether all bytes are 0 or 1: another one would be neither true nor false, or both."""
    return not data.translate(None, b"\0\1")
