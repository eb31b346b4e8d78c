"""Reads messages of a worker, which may hold anything."""

from __future__ import annotations

import collections
import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np
import torch
from torch import Tensor, nn

from nbjudge.codec.tensors import from_memory
from nbjudge.codec.types import (
    ARGUMENT,
    ARRAY,
    BUILT,
    BUILT_BY,
    BYTEARRAY,
    COMPLEX,
    COUNTER,
    DEPTH,
    DEQUE,
    DICT,
    DIGITS,
    DTYPES,
    FROZENSET,
    HANDLE,
    INT,
    ITEMS,
    NAMED,
    NAMED_BY,
    NAMEDTUPLE,
    ORDERED,
    OURS,
    RANGE,
    SCALAR,
    SET,
    SIZE,
    SLICE,
    TENSOR,
    TENSOR_DTYPES,
    TUPLE,
    CodecError,
    array_dtype,
    extent,
    require,
)


@dataclass
class Decoder:
    """Reads values in the judge.

    Attributes:
        proxy: makes the stand-in for a handle.
        arguments: the arguments of the call that is answered, for values that are one of them.
        ours: finds an object that the judge handed over.
        grown: makes of a tensor and its handle one through which gradients flow back to the worker.
        leaf: makes of a tensor that gradients end in, and its handle, one that stays in step with the worker's.
    """

    proxy: Callable[[Any], Any]
    arguments: Sequence[Any] = ()
    ours: Callable[[int], Any] | None = None
    grown: Callable[[Tensor, Any], Tensor] | None = None
    leaf: Callable[[Tensor, Any], Tensor] | None = None
    _depth: int = 0

    def decode(self, message: bytes) -> Any:
        """The value of a message.

        Raises:
            CodecError: when it is not one that an encoder writes.
        """
        try:
            return self._unpack(message)
        except CodecError:
            raise
        except Exception as error:
            raise CodecError(f"{type(error).__name__}: {error}"[:300]) from None

    def _unpack(self, payload: bytes) -> Any:
        if self._depth > 2 * DEPTH:
            raise CodecError("nested too deeply")
        self._depth += 1
        try:
            return msgpack.unpackb(
                payload,
                raw=False,
                strict_map_key=True,
                ext_hook=self._extension,
                unicode_errors="surrogatepass",
                max_array_len=ITEMS,
                max_map_len=ITEMS,
            )
        finally:
            self._depth -= 1

    def _extension(self, code: int, data: bytes) -> Any:
        payload = self._unpack(data)
        reader = _READERS.get(code)
        if reader is None:
            raise CodecError(f"unknown kind of value {code}")
        return reader(self, payload)

    def _read_int(self, text: Any) -> int:
        require(isinstance(text, str) and len(text) <= DIGITS, "a number")
        return int(text, 16) if "0x" in text else int(text)

    def _read_dict(self, flat: Any) -> dict[Any, Any]:
        require(isinstance(flat, list) and len(flat) % 2 == 0, "a dict")
        return dict(zip(flat[::2], flat[1::2], strict=True))

    def _read_named(self, name: Any) -> Any:
        require(name in NAMED_BY, "a name")
        return NAMED_BY[name]

    def _read_built(self, payload: Any) -> Any:
        name, text = payload
        require(isinstance(text, str) and len(text) < 10_000, "a text")
        if name == "timedelta":
            return datetime.timedelta(*map(int, text.split()))
        require(name in BUILT_BY, "a type")
        return BUILT_BY[name](text)

    def _read_namedtuple(self, payload: Any) -> Any:
        name, fields, items = payload
        require(len(fields) == len(items) <= 1000, "fields")
        return collections.namedtuple(name, fields)(*items)  # it refuses what is no identifier

    def _read_tensor(self, payload: Any) -> Tensor:
        name, shape, strides, data, flags, gradient, grown = payload
        require(name in TENSOR_DTYPES, "a dtype")
        require(_sizes(shape) and _sizes(strides) and len(shape) == len(strides) <= 64, "a shape")
        dtype = DTYPES[name]
        span = extent(shape, strides)
        require(len(data) == span * dtype.itemsize, "as many bytes as the shape needs")
        require(math.prod(shape) <= 1 << 31, "a size")
        require(dtype != torch.bool or _truths(data), "truth values")
        tensor = from_memory(name, shape, strides, data)
        is_parameter, requires_grad, is_leaf = (bool(flag) for flag in flags)
        differentiable = requires_grad and (dtype.is_floating_point or dtype.is_complex)
        if is_parameter:
            tensor = nn.Parameter(tensor, requires_grad=differentiable)
        elif differentiable and is_leaf:
            tensor.requires_grad_()
        if differentiable and is_leaf:
            if isinstance(gradient, Tensor) and gradient.shape == tensor.shape and gradient.dtype == dtype:
                tensor.grad = gradient.detach()
            return tensor if self.leaf is None else self.leaf(tensor, grown)
        if differentiable and self.grown is not None:
            return self.grown(tensor, grown)
        return tensor

    def _read_array(self, payload: Any) -> np.ndarray:
        name, shape, order, data = payload
        dtype = array_dtype(name)
        require(_sizes(shape) and len(shape) <= 64 and math.prod(shape) <= 1 << 31, "a shape")
        require(len(data) == math.prod(shape) * dtype.itemsize, "as many bytes as the shape needs")
        require(dtype.kind != "b" or _truths(data), "truth values")
        return np.frombuffer(bytearray(data), dtype).reshape(shape, order="F" if order == "F" else "C")

    def _read_scalar(self, payload: Any) -> Any:
        name, data = payload
        dtype = array_dtype(name)
        require(dtype.kind != "b" or _truths(data), "a truth value")
        return np.frombuffer(data, dtype, count=1)[0]

    def _read_argument(self, position: Any) -> Any:
        require(isinstance(position, int) and 0 <= position < len(self.arguments), "an argument")
        return self.arguments[position]

    def _read_ours(self, number: Any) -> Any:
        require(isinstance(number, int) and self.ours is not None, "a number")
        assert self.ours is not None
        return self.ours(number)


_READERS: dict[int, Callable[[Decoder, Any], Any]] = {
    TUPLE: lambda _, items: tuple(items),
    SET: lambda _, items: set(items),
    FROZENSET: lambda _, items: frozenset(items),
    DEQUE: lambda _, items: collections.deque(items),
    SIZE: lambda _, items: torch.Size(items),
    DICT: Decoder._read_dict,
    ORDERED: lambda self, flat: collections.OrderedDict(self._read_dict(flat)),
    COUNTER: lambda self, flat: collections.Counter(self._read_dict(flat)),
    INT: Decoder._read_int,
    COMPLEX: lambda _, parts: complex(*parts),
    BYTEARRAY: lambda _, data: bytearray(data),
    RANGE: lambda _, parts: range(*parts),
    SLICE: lambda _, parts: slice(*parts),
    NAMED: Decoder._read_named,
    BUILT: Decoder._read_built,
    NAMEDTUPLE: Decoder._read_namedtuple,
    TENSOR: Decoder._read_tensor,
    ARRAY: Decoder._read_array,
    SCALAR: Decoder._read_scalar,
    ARGUMENT: Decoder._read_argument,
    OURS: Decoder._read_ours,
    HANDLE: lambda self, payload: self.proxy(payload),
}


def _sizes(values: Any) -> bool:
    return isinstance(values, list) and all(type(each) is int and 0 <= each < 1 << 40 for each in values)


def _truths(data: bytes) -> bool:
    """Whether all bytes are 0 or 1: another one would be neither true nor false, or both."""
    return not data.translate(None, b"\0\1")
