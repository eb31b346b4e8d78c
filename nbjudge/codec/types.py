"""What both ends of the wire know: the kinds of values, their bounds, and the names that stand for something."""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

DEPTH = 100
"""How deep containers may be nested; deeper ones go as handles."""

ITEMS = 2_000_000
"""How many items one container may have."""

DIGITS = 4_000_000
"""How many hexadecimal digits an integer may have."""

TUPLE, SET, FROZENSET, DICT, INT, COMPLEX, TENSOR, ARRAY, SCALAR, HANDLE = range(1, 11)
ARGUMENT, NAMED, BUILT, DEQUE, ORDERED, COUNTER, NAMEDTUPLE, BYTEARRAY, SIZE, RANGE, SLICE, OURS = range(11, 23)

DTYPES = {str(value): value for value in vars(torch).values() if isinstance(value, torch.dtype)}
_FORMATS = {str(value): value for value in vars(torch).values() if isinstance(value, torch.memory_format)}
_LAYOUTS = {str(value): value for value in vars(torch).values() if isinstance(value, torch.layout)}
TENSOR_DTYPES = frozenset(
    name
    for name, dtype in DTYPES.items()
    if dtype.is_floating_point or dtype.is_complex or name in {
        "torch.uint8", "torch.int8", "torch.int16", "torch.int32", "torch.int64", "torch.bool",
        "torch.uint16", "torch.uint32", "torch.uint64",
    }
)  # fmt: skip
ARRAY_KINDS = frozenset("biufcSUmM")
BUILT_BY: dict[str, Callable[[str], Any]] = {
    "Fraction": lambda text: fractions.Fraction(*map(int, text.split("/"))),  # of "1e999999999" it would make a number
    "Decimal": decimal.Decimal,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "UUID": uuid.UUID,
    "PurePosixPath": pathlib.PurePosixPath,
    "PosixPath": pathlib.Path,
    "dtype": lambda text: array_dtype(text),
    "device": torch.device,
}
TYPES: dict[str, type] = {each.__name__: each for each in (
    bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, type, object, type(None),
    range, slice, BaseException, Exception,
)}  # fmt: skip
NAMED_BY: dict[str, Any] = {
    "Ellipsis": ..., "NotImplemented": NotImplemented,
    **{f"type:{name}": each for name, each in TYPES.items()},
    **DTYPES, **_FORMATS, **_LAYOUTS,
}  # fmt: skip


class CodecError(Exception):
    """A message that no honest worker sends."""


def require(holds: bool, what: str) -> None:
    """Refuse a message in which this does not hold."""
    if not holds:
        raise CodecError(f"expected {what}")


def extent(shape: Sequence[int], strides: Sequence[int]) -> int:
    """How many elements of memory a tensor of this shape and these strides spans."""
    if 0 in shape:
        return 0
    return 1 + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))


def array_dtype(name: Any) -> np.dtype:
    """The dtype of an array that may come.

    Raises:
        CodecError: for any other.
    """
    require(isinstance(name, str) and len(name) < 60, "a dtype")
    dtype: np.dtype[Any] = np.dtype(name)
    require(dtype.kind in ARRAY_KINDS and dtype.names is None and dtype.itemsize > 0, "a dtype")
    return dtype
