"""How values go from a worker to a judge: plain data by value, anything else as a handle. Nothing is ever unpickled.

A message is msgpack. What msgpack has no type for is an extension, whose payload is msgpack again. The decoder trusts
nothing: sizes, depth, dtypes and names are checked, and whatever does not fit is a `WireError`.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import math
import pathlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgpack
import numpy as np
import torch
from torch import Tensor, nn

DEPTH = 100
"""How deep containers may be nested; deeper ones go as handles."""

ITEMS = 2_000_000
"""How many items one container may have."""

DIGITS = 4_000_000
"""How many hexadecimal digits an integer may have."""

TUPLE, SET, FROZENSET, DICT, INT, COMPLEX, TENSOR, ARRAY, SCALAR, HANDLE = range(1, 11)
ARGUMENT, NAMED, BUILT, DEQUE, ORDERED, COUNTER, NAMEDTUPLE, BYTEARRAY, SIZE, RANGE, SLICE, OURS = range(11, 23)

_DTYPES = {str(value): value for value in vars(torch).values() if isinstance(value, torch.dtype)}
_FORMATS = {str(value): value for value in vars(torch).values() if isinstance(value, torch.memory_format)}
_LAYOUTS = {str(value): value for value in vars(torch).values() if isinstance(value, torch.layout)}
_TENSOR_DTYPES = frozenset(
    name
    for name, dtype in _DTYPES.items()
    if dtype.is_floating_point or dtype.is_complex or name in {
        "torch.uint8", "torch.int8", "torch.int16", "torch.int32", "torch.int64", "torch.bool",
        "torch.uint16", "torch.uint32", "torch.uint64",
    }
)  # fmt: skip
_ARRAY_KINDS = frozenset("biufcSUmM")
_BUILT: dict[str, Callable[[str], Any]] = {
    "Fraction": lambda text: fractions.Fraction(*map(int, text.split("/"))),  # of "1e999999999" it would make a number
    "Decimal": decimal.Decimal,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "UUID": uuid.UUID,
    "PurePosixPath": pathlib.PurePosixPath,
    "PosixPath": pathlib.Path,
    "dtype": lambda text: _array_dtype(text),
    "device": torch.device,
}
_TYPES: dict[str, type] = {each.__name__: each for each in (
    bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, type, object, type(None),
    range, slice, BaseException, Exception,
)}  # fmt: skip
_NAMED: dict[str, Any] = {
    "Ellipsis": ..., "NotImplemented": NotImplemented,
    **{f"type:{name}": each for name, each in _TYPES.items()},
    **_DTYPES, **_FORMATS, **_LAYOUTS,
}  # fmt: skip


_UNDERNEATH: dict[type, Callable[[Any], Any]] = {
    int: lambda value: int.__add__(value, 0),
    float: lambda value: float.__mul__(value, 1.0),
    str: lambda value: "".join(str.__iter__(value)),
    bytes: lambda value: bytes(bytes.__iter__(value)),
}


class WireError(Exception):
    """A message that no honest worker sends."""


class _TooDeep(Exception):
    pass


@dataclass(frozen=True)
class ByHandle:
    """A value that goes as a handle, though it may be plain data."""

    value: Any


class Encoder:
    """Writes values of the worker.

    Args:
        handle: gives the handle of an object that is no plain data: a number, and what the judge may know of it.
        ours: gives the number under which the judge knows an object that it handed over itself, or None.
    """

    def __init__(self, handle: Callable[[Any], list[Any]], ours: Callable[[Any], int | None] = lambda _: None) -> None:
        self._handle = handle
        self._ours = ours
        self._arguments: Mapping[int, int] = {}

    def encode(self, value: Any, arguments: Mapping[int, int] | None = None) -> bytes:
        """The value as a message.

        Args:
            arguments: the position of each argument of a call by its id(), so that an answer that returns its very
                argument returns that one in the judge too.
        """
        self._arguments = arguments or {}
        try:
            return self._pack(self._plain(value, 0))
        except (_TooDeep, RecursionError, OverflowError, ValueError, TypeError):
            return self._pack(self._as_handle(value))

    def _pack(self, value: Any) -> bytes:
        packed: bytes = msgpack.packb(value, use_bin_type=True, strict_types=True, unicode_errors="surrogatepass")
        return packed

    def _ext(self, code: int, payload: Any) -> msgpack.ExtType:
        return msgpack.ExtType(code, self._pack(payload))

    def _as_handle(self, value: Any) -> msgpack.ExtType:
        return self._ext(HANDLE, self._handle(value))

    def _plain(self, value: Any, depth: int) -> Any:
        if depth > DEPTH:
            raise _TooDeep
        kind = type(value)
        if value is None or kind is bool or kind is float or kind is str or kind is bytes:
            return value
        if kind is int:
            return (
                value
                if -(1 << 63) <= value < 1 << 64
                else self._ext(INT, str(value) if abs(value) < 10**4000 else hex(value))
            )
        if kind is ByHandle:
            return self._as_handle(value.value)
        position = self._arguments.get(id(value))
        if position is not None:
            return self._ext(ARGUMENT, position)
        number = self._ours(value)
        if number is not None:
            return self._ext(OURS, number)
        if isinstance(value, Tensor):
            return self._tensor(value)
        if isinstance(value, (np.ndarray, np.generic)):
            return self._array(value)
        if isinstance(value, (bool, int, float, complex, str, bytes, bytearray)):
            return self._scalar(value)
        if isinstance(value, (list, tuple, set, frozenset, dict, collections.deque, range, slice)):
            return self._container(value, depth)
        return self._known(value)

    def _scalar(self, value: Any) -> Any:
        if isinstance(value, complex):
            return self._ext(COMPLEX, [complex(value).real, complex(value).imag])
        if isinstance(value, bytearray):
            return self._ext(BYTEARRAY, bytes(value))
        for base, plainly in _UNDERNEATH.items():  # an object of a subclass goes as what it is underneath
            if isinstance(value, base):
                return self._plain(plainly(value), 0)
        raise TypeError

    def _container(self, value: Any, depth: int) -> Any:
        deeper = depth + 1
        if isinstance(value, (range, slice)):
            return self._ext(RANGE if isinstance(value, range) else SLICE,
                             [self._plain(each, deeper) for each in (value.start, value.stop, value.step)])  # fmt: skip
        if isinstance(value, dict):
            flat = [self._plain(each, deeper) for pair in dict.items(value) for each in pair]
            code = {collections.OrderedDict: ORDERED, collections.Counter: COUNTER}.get(type(value), DICT)
            return self._ext(code, flat)
        if isinstance(value, torch.Size):
            return self._ext(SIZE, list(map(int, value)))
        fields = getattr(type(value), "_fields", None)
        if isinstance(value, tuple) and isinstance(fields, tuple) and len(fields) == len(value):
            items = [self._plain(each, deeper) for each in tuple.__iter__(value)]
            return self._ext(NAMEDTUPLE, [type(value).__name__, [str(each) for each in fields], items])
        items = [self._plain(each, deeper) for each in value]
        if isinstance(value, list):
            return items
        for base, code in ((tuple, TUPLE), (set, SET), (frozenset, FROZENSET), (collections.deque, DEQUE)):
            if isinstance(value, base):
                return self._ext(code, items)
        raise TypeError

    def _known(self, value: Any) -> Any:
        kind = type(value)
        if value is ... or value is NotImplemented:
            return self._ext(NAMED, str(value))
        if isinstance(value, type) and _TYPES.get(value.__name__) is value:
            return self._ext(NAMED, f"type:{value.__name__}")
        if kind in (torch.dtype, torch.memory_format, torch.layout):
            return self._ext(NAMED, str(value))
        if kind is datetime.timedelta:
            return self._ext(BUILT, ["timedelta", f"{value.days} {value.seconds} {value.microseconds}"])
        if kind in (datetime.date, datetime.time, datetime.datetime):
            return self._ext(BUILT, [kind.__name__, value.isoformat()])
        if kind.__name__ in _BUILT and kind.__module__ in {"fractions", "decimal", "uuid", "pathlib", "torch"}:
            return self._ext(BUILT, [kind.__name__, str(value)])
        if isinstance(value, np.dtype) and value.kind in _ARRAY_KINDS:
            return self._ext(BUILT, ["dtype", value.str])
        return self._as_handle(value)

    def _tensor(self, value: Tensor) -> Any:
        if value.layout is not torch.strided or value.device.type != "cpu" or str(value.dtype) not in _TENSOR_DTYPES:
            return self._as_handle(value)
        plain = value.detach().as_subclass(Tensor)
        if plain.is_conj() or plain.is_neg():
            plain = plain.resolve_conj().resolve_neg()
        extent = _extent(plain.shape, plain.stride())
        if extent > 1024 + 16 * plain.numel():  # a few numbers out of a large memory
            plain = plain.contiguous()
            extent = plain.numel()
        flat = plain.as_strided((extent,), (1,)) if extent else plain.reshape(0)
        data = flat.contiguous().view(torch.uint8).numpy().tobytes() if extent else b""
        gradient = None
        if value.is_leaf and value.requires_grad and value.grad is not None:
            gradient = self._tensor(value.grad.detach())
        flags = [isinstance(value, nn.Parameter), bool(value.requires_grad), bool(value.is_leaf)]
        grown = self._as_handle(value) if value.requires_grad else None
        return self._ext(
            TENSOR, [str(plain.dtype), list(plain.shape), list(plain.stride()), data, flags, gradient, grown]
        )

    def _array(self, value: np.ndarray | np.generic) -> Any:
        if value.dtype.kind not in _ARRAY_KINDS or value.dtype.names:
            return self._as_handle(value)
        if isinstance(value, np.generic):
            return self._ext(SCALAR, [value.dtype.str, value.tobytes()])
        plain = np.asarray(value)
        order: Literal["F", "C"] = "F" if plain.flags.f_contiguous and not plain.flags.c_contiguous else "C"
        return self._ext(ARRAY, [plain.dtype.str, list(plain.shape), order, plain.tobytes(order)])


@dataclass
class Decoder:
    """Reads values in the judge.

    Attributes:
        stand_in: makes the stand-in for a handle.
        arguments: the arguments of the call that is answered, for values that are one of them.
        ours: finds an object that the judge handed over.
        grown: makes of a tensor and its handle one through which gradients flow back to the worker.
        leaf: makes of a tensor that gradients end in, and its handle, one that stays in step with the worker's.
    """

    stand_in: Callable[[Any], Any]
    arguments: Sequence[Any] = ()
    ours: Callable[[int], Any] | None = None
    grown: Callable[[Tensor, Any], Tensor] | None = None
    leaf: Callable[[Tensor, Any], Tensor] | None = None
    _depth: int = 0

    def decode(self, message: bytes) -> Any:
        """The value of a message.

        Raises:
            WireError: when it is not one that an encoder writes.
        """
        try:
            return self._unpack(message)
        except WireError:
            raise
        except Exception as error:
            raise WireError(f"{type(error).__name__}: {error}"[:300]) from None

    def _unpack(self, payload: bytes) -> Any:
        if self._depth > 2 * DEPTH:
            raise WireError("nested too deeply")
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
            raise WireError(f"unknown kind of value {code}")
        return reader(self, payload)

    def _read_int(self, text: Any) -> int:
        _require(isinstance(text, str) and len(text) <= DIGITS, "a number")
        return int(text, 16) if "0x" in text else int(text)

    def _read_dict(self, flat: Any) -> dict[Any, Any]:
        _require(isinstance(flat, list) and len(flat) % 2 == 0, "a dict")
        return dict(zip(flat[::2], flat[1::2], strict=True))

    def _read_named(self, name: Any) -> Any:
        _require(name in _NAMED, "a name")
        return _NAMED[name]

    def _read_built(self, payload: Any) -> Any:
        name, text = payload
        _require(isinstance(text, str) and len(text) < 10_000, "a text")
        if name == "timedelta":
            return datetime.timedelta(*map(int, text.split()))
        _require(name in _BUILT, "a type")
        return _BUILT[name](text)

    def _read_namedtuple(self, payload: Any) -> Any:
        name, fields, items = payload
        _require(len(fields) == len(items) <= 1000, "fields")
        return collections.namedtuple(name, fields)(*items)  # it refuses what is no identifier

    def _read_tensor(self, payload: Any) -> Tensor:
        name, shape, strides, data, flags, gradient, grown = payload
        _require(name in _TENSOR_DTYPES, "a dtype")
        _require(_sizes(shape) and _sizes(strides) and len(shape) == len(strides) <= 64, "a shape")
        dtype = _DTYPES[name]
        extent = _extent(shape, strides)
        _require(len(data) == extent * dtype.itemsize, "as many bytes as the shape needs")
        _require(math.prod(shape) <= 1 << 31, "a size")
        _require(dtype != torch.bool or _truths(data), "truth values")
        if extent:
            tensor = torch.frombuffer(bytearray(data), dtype=dtype).as_strided(shape, strides)
        else:
            tensor = torch.empty_strided(shape, strides, dtype=dtype)
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
        dtype = _array_dtype(name)
        _require(_sizes(shape) and len(shape) <= 64 and math.prod(shape) <= 1 << 31, "a shape")
        _require(len(data) == math.prod(shape) * dtype.itemsize, "as many bytes as the shape needs")
        _require(dtype.kind != "b" or _truths(data), "truth values")
        return np.frombuffer(bytearray(data), dtype).reshape(shape, order="F" if order == "F" else "C")

    def _read_scalar(self, payload: Any) -> Any:
        name, data = payload
        dtype = _array_dtype(name)
        _require(dtype.kind != "b" or _truths(data), "a truth value")
        return np.frombuffer(data, dtype, count=1)[0]

    def _read_argument(self, position: Any) -> Any:
        _require(isinstance(position, int) and 0 <= position < len(self.arguments), "an argument")
        return self.arguments[position]

    def _read_ours(self, number: Any) -> Any:
        _require(isinstance(number, int) and self.ours is not None, "a number")
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
    HANDLE: lambda self, payload: self.stand_in(payload),
}


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise WireError(f"expected {what}")


def _sizes(values: Any) -> bool:
    return isinstance(values, list) and all(type(each) is int and 0 <= each < 1 << 40 for each in values)


def _truths(data: bytes) -> bool:
    """Whether all bytes are 0 or 1: another one would be neither true nor false, or both."""
    return not data.translate(None, b"\0\1")


def _extent(shape: Sequence[int], strides: Sequence[int]) -> int:
    """How many elements of memory a tensor of this shape and these strides spans."""
    if 0 in shape:
        return 0
    return 1 + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))


def _array_dtype(name: Any) -> np.dtype:
    _require(isinstance(name, str) and len(name) < 60, "a dtype")
    dtype: np.dtype[Any] = np.dtype(name)
    _require(dtype.kind in _ARRAY_KINDS and dtype.names is None and dtype.itemsize > 0, "a dtype")
    return dtype
