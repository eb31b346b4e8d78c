"""NumPy's values: arrays and scalars as their memory, dtypes by name, its generator of random numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from nbjudge.codec.libraries import Library, Reader, Writer
from nbjudge.codec.types import ARRAY, BUILT, SCALAR, is_shape, is_truth_values, require

_KINDS = frozenset("biufcSUmM")
"""The kinds of dtypes that go: numbers, truth values, texts and times, no objects."""


def _read_dtype(name: Any) -> np.dtype:
    require(isinstance(name, str) and len(name) < 60, "a dtype")
    dtype: np.dtype[Any] = np.dtype(name)
    require(dtype.kind in _KINDS and dtype.names is None and dtype.itemsize > 0, "a dtype")
    return dtype


def _read_array(_: Reader, payload: Any) -> np.ndarray:
    name, shape, order, data = payload
    dtype = _read_dtype(name)
    require(is_shape(shape) and math.prod(shape) <= 1 << 31, "a shape")
    require(len(data) == math.prod(shape) * dtype.itemsize, "as many bytes as the shape needs")
    require(dtype.kind != "b" or is_truth_values(data), "truth values")
    return np.frombuffer(bytearray(data), dtype).reshape(shape, order="F" if order == "F" else "C")


def _read_scalar(_: Reader, payload: Any) -> Any:
    name, data = payload
    dtype = _read_dtype(name)
    require(dtype.kind != "b" or is_truth_values(data), "a truth value")
    return np.frombuffer(data, dtype, count=1)[0]


class _NumPy(Library):
    name = "numpy"
    data = (np.ndarray, np.generic)
    mutable = (np.ndarray,)
    makers: Mapping[str, Callable[[str], Any]] = {"numpy.dtype": _read_dtype}
    readers: Mapping[int, Callable[[Reader, Any], Any]] = {ARRAY: _read_array, SCALAR: _read_scalar}

    def encode(self, value: Any, writer: Writer) -> Any:
        if isinstance(value, np.dtype):
            return writer.ext(BUILT, ["numpy.dtype", value.str]) if value.kind in _KINDS else writer.handle(value)
        if not isinstance(value, self.data):
            return None
        if value.dtype.kind not in _KINDS or value.dtype.names:
            return writer.handle(value)
        if isinstance(value, np.generic):
            return writer.ext(SCALAR, [value.dtype.str, value.tobytes()])
        plain = np.asarray(value)
        order: Literal["F", "C"] = "F" if plain.flags.f_contiguous and not plain.flags.c_contiguous else "C"
        return writer.ext(ARRAY, [plain.dtype.str, list(plain.shape), order, plain.tobytes(order)])

    def sync(self, target: np.ndarray, state: Any) -> None:
        if not isinstance(state, np.ndarray):
            raise TypeError(f"an array became a {type(state).__name__}")
        target[...] = state

    def seed(self, number: int) -> None:
        np.random.seed(number)

    def random_state(self) -> list[Any]:
        return list(np.random.get_state())

    def restore(self, random_state: Any) -> None:
        np.random.set_state(tuple(random_state))


LIBRARY = _NumPy()
