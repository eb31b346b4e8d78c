"""torch's values: tensors as their memory, modules changed in place, gradients that flow on in the worker, random numbers.

A test cell may train a student's model with an optimizer of its own, and the student's code may train one that a test holds.
So parameters, and other tensors in which gradients end, are *shared leaves*: judge and worker each have a copy, and tell each
other which of them, or of their gradients, have changed since they last did.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nbjudge.codec.libraries import ORIGINAL, JudgeSide, Library, Reader, Remote, WorkerSide, Writer
from nbjudge.codec.types import BUILT, NAMED, SIZE, TENSOR, is_shape, is_truth_values, require

_DTYPES = {str(value): value for value in vars(torch).values() if isinstance(value, torch.dtype)}
_NAMED = {
    str(value): value
    for value in vars(torch).values()
    if isinstance(value, (torch.dtype, torch.memory_format, torch.layout))
}
_WHOLE = {"uint8", "int8", "int16", "int32", "int64", "bool", "uint16", "uint32", "uint64"}
_SENT = frozenset(
    name
    for name, dtype in _DTYPES.items()
    if dtype.is_floating_point or dtype.is_complex or name.removeprefix("torch.") in _WHOLE
)
"""The names of the dtypes whose tensors go as their memory; quantised ones do not."""


# -- memory: faster than to pickle a tensor, and nothing but numbers

Memory = tuple[str, list[int], list[int], bytes]
"""The name of the dtype, the shape, the strides, and the bytes."""


def _has_memory(value: Tensor) -> bool:
    """Whether a tensor is numbers in memory, of a kind that is sent."""
    return value.layout is torch.strided and value.device.type == "cpu" and str(value.dtype) in _SENT


def _memory_of(value: Tensor) -> Memory:
    """The memory of a tensor that `_has_memory`. Of a few numbers out of a large memory, only those."""
    plain = value.detach().as_subclass(Tensor)
    if plain.is_conj() or plain.is_neg():
        plain = plain.resolve_conj().resolve_neg()
    span = _extent(plain.shape, plain.stride())
    if span > 1024 + 16 * plain.numel():
        plain = plain.contiguous()
        span = plain.numel()
    flat = plain.as_strided((span,), (1,)) if span else plain.reshape(0)
    data = flat.contiguous().view(torch.uint8).numpy().tobytes() if span else b""
    return str(plain.dtype), list(plain.shape), list(plain.stride()), data


def _from_memory(dtype: str, shape: Sequence[int], strides: Sequence[int], data: bytes) -> Tensor:
    """The tensor with this memory; there must be as many bytes as the shape needs."""
    if not data:
        return torch.empty_strided(shape, strides, dtype=_DTYPES[dtype])
    return torch.frombuffer(bytearray(data), dtype=_DTYPES[dtype]).as_strided(shape, strides)


def _unpickled(dtype: str, shape: Sequence[int], strides: Sequence[int], data: bytes, requires_grad: bool) -> Tensor:
    return _from_memory(dtype, shape, strides, data).requires_grad_(requires_grad)


def _extent(shape: Sequence[int], strides: Sequence[int]) -> int:
    """How many elements of memory a tensor of this shape and these strides spans."""
    if 0 in shape:
        return 0
    return 1 + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))


def _read_tensor(reader: Reader, payload: Any) -> Tensor:
    """A worker's tensor: one that gradients end in, or flow through, as the judge's side has it."""
    name, shape, strides, data, flags, gradient, proxy = payload
    require(name in _SENT, "a dtype")
    require(is_shape(shape) and is_shape(strides) and len(shape) == len(strides), "a shape")
    dtype = _DTYPES[name]
    require(len(data) == _extent(shape, strides) * dtype.itemsize, "as many bytes as the shape needs")
    require(math.prod(shape) <= 1 << 31, "a size")
    require(dtype != torch.bool or is_truth_values(data), "truth values")
    tensor = _from_memory(name, shape, strides, data)
    is_parameter, requires_grad, is_leaf = (bool(flag) for flag in flags)
    differentiable = requires_grad and (dtype.is_floating_point or dtype.is_complex)
    if is_parameter:
        tensor = nn.Parameter(tensor, requires_grad=differentiable)
    elif differentiable and is_leaf:
        tensor.requires_grad_()
    if not differentiable:
        return tensor
    if is_leaf and isinstance(gradient, Tensor) and gradient.shape == tensor.shape and gradient.dtype == dtype:
        tensor.grad = gradient.detach()
    side = reader.side(LIBRARY)
    if not isinstance(side, _JudgeSide):
        return tensor
    return side.leaf(tensor, proxy) if is_leaf else side.result(tensor, proxy)


# -- what both processes keep the same

_Version = tuple[int, int, int]


def _version(leaf: Tensor) -> _Version:
    """What is another whenever a tensor or its gradient has changed."""
    gradient = leaf.grad
    return leaf._version, 0 if gradient is None else id(gradient), 0 if gradient is None else gradient._version


def _copy_into(leaf: Tensor, value: Tensor, gradient: Tensor | None) -> None:
    """Give a leaf another value and gradient."""
    with torch.no_grad():
        if not torch.equal(leaf, value):
            leaf.copy_(value)
    leaf.grad = gradient


@dataclass
class _SharedLeaf:
    tensor: Tensor
    proxy: Any
    version: _Version


class _JudgeSide(JudgeSide):
    """The judge's copies of shared leaves, each with the proxy of the original, and torch's settings in test cells."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._leaves: dict[int, _SharedLeaf] = {}

    def outgoing(self) -> dict[str, Any]:
        return {
            "gradients": torch.is_grad_enabled(),
            "dtype": torch.get_default_dtype(),
            "leaves": list(self._changed()),
        }

    def incoming(self, values: Any) -> None:
        """The worker's leaves have been brought up to date while they were read."""
        if not isinstance(values, list) or not all(isinstance(leaf, Tensor) for leaf in values):
            raise TypeError("a leaf that is no tensor")

    def leaf(self, tensor: Tensor, proxy: Any) -> Tensor:
        """The judge's one copy of a leaf, brought up to date."""
        shared = self._leaves.get(id(proxy))
        if shared is None:
            setattr(tensor, ORIGINAL, proxy)
            shared = self._leaves[id(proxy)] = _SharedLeaf(tensor, proxy, _version(tensor))
        elif shared.tensor.shape == tensor.shape and shared.tensor.dtype == tensor.dtype:
            _copy_into(shared.tensor, tensor, tensor.grad)
            shared.version = _version(shared.tensor)
        return shared.tensor

    def result(self, tensor: Tensor, proxy: Any) -> Tensor:
        """A tensor with this value; gradients that flow back to it flow on to the worker's tensor."""
        start = torch.zeros((), requires_grad=True)
        result: Tensor = _FlowOn.apply(start, tensor, self._remote, proxy)  # type: ignore[no-untyped-call]
        setattr(result, ORIGINAL, proxy)
        return result

    def _changed(self) -> Iterator[tuple[Any, Tensor, Tensor | None]]:
        """Proxy, value and gradient of each leaf that has changed here since the worker was last told."""
        for shared in self._leaves.values():
            if (version := _version(shared.tensor)) != shared.version:
                shared.version = version
                gradient = shared.tensor.grad
                yield (
                    shared.proxy,
                    shared.tensor.detach().clone(),
                    None if gradient is None else gradient.detach().clone(),
                )


class _FlowOn(torch.autograd.Function):
    """Hands gradients that arrive in the judge on to the worker, in which the calculation began."""

    @staticmethod
    def forward(ctx: Any, _start: Tensor, value: Tensor, remote: Remote, proxy: Any) -> Tensor:
        ctx.remote, ctx.proxy = remote, proxy
        return value

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, None, None, None]:
        ctx.remote.do("call", _flow_on, ctx.proxy, gradient)
        return None, None, None, None


def _flow_on(tensor: Tensor, gradient: Tensor) -> None:
    """In the worker: go on with a gradient that has arrived in the judge."""
    tensor.backward(gradient, retain_graph=True)  # type: ignore[no-untyped-call]


class _WorkerSide(WorkerSide):
    """The worker's shared leaves, which are the originals, and torch's settings while a request is carried out."""

    def __init__(self) -> None:
        self._leaves: dict[int, tuple[Tensor, _Version]] = {}

    def incoming(self, sent: Mapping[str, Any]) -> None:
        for leaf, value, gradient in sent["leaves"]:
            _copy_into(leaf, value, gradient)
            self._note(leaf)

    @contextmanager
    def using(self, sent: Mapping[str, Any]) -> Iterator[None]:
        dtype = torch.get_default_dtype()
        torch.set_default_dtype(sent["dtype"])
        try:
            with torch.set_grad_enabled(sent["gradients"]):
                yield
        finally:
            torch.set_default_dtype(dtype)

    def hand_out(self, value: Any) -> None:
        if isinstance(value, Tensor) and value.is_leaf and value.requires_grad:
            self._note(value)

    def outgoing(self) -> list[Tensor] | None:
        """The leaves that have changed since the judge was last told."""
        changed = [leaf for leaf, version in self._leaves.values() if _version(leaf) != version]
        for leaf in changed:
            self._note(leaf)
        return changed or None

    def _note(self, leaf: Tensor) -> None:
        self._leaves[id(leaf)] = leaf, _version(leaf)


# -- the library


class _Torch(Library):
    name = "torch"
    data = (Tensor,)
    mutable = (Tensor, nn.Module)
    names = _NAMED
    makers: Mapping[str, Callable[[str], Any]] = {"torch.device": torch.device}
    readers: Mapping[int, Callable[[Reader, Any], Any]] = {
        TENSOR: _read_tensor,
        SIZE: lambda _, sizes: torch.Size(sizes),
    }

    def encode(self, value: Any, writer: Writer) -> Any:
        if isinstance(value, Tensor):
            return self._tensor(value, writer)
        if isinstance(value, torch.Size):
            return writer.ext(SIZE, list(map(int, value)))
        if type(value) in (torch.dtype, torch.memory_format, torch.layout):
            return writer.ext(NAMED, str(value))
        if type(value) is torch.device:
            return writer.ext(BUILT, ["torch.device", str(value)])
        return None

    def _tensor(self, value: Tensor, writer: Writer) -> Any:
        if not _has_memory(value):
            return writer.handle(value)
        gradient = None
        if value.is_leaf and value.requires_grad and value.grad is not None:
            gradient = self._tensor(value.grad.detach(), writer)
        flags = [isinstance(value, nn.Parameter), bool(value.requires_grad), bool(value.is_leaf)]
        handle = writer.handle(value) if value.requires_grad else None
        return writer.ext(TENSOR, [*_memory_of(value), flags, gradient, handle])

    def reduce(self, value: Any) -> Any:
        if type(value) is not Tensor or not _has_memory(value) or value._backward_hooks or value.__dict__:
            return NotImplemented
        return _unpickled, (*_memory_of(value), value.requires_grad)

    def snapshot(self, value: Tensor) -> Tensor:
        return value.detach()

    def state(self, value: Any) -> Any:
        """Of a module what training changes: its state, the gradients, and each submodule's mode."""
        if not isinstance(value, nn.Module):
            return value
        return {
            "state": dict(value.state_dict()),
            "modes": [module.training for module in value.modules()],
            "gradients": [None if leaf.grad is None else leaf.grad.detach() for leaf in value.parameters()],
        }

    def sync(self, target: Any, state: Any) -> None:
        if isinstance(target, nn.Module):
            _sync_module(target, state)
        else:
            _sync_tensor(target, state)

    def seed(self, number: int) -> None:
        """The processor's generator only: seeding those of other devices takes 4 ms, and a worker has none."""
        torch.default_generator.manual_seed(number)

    def random_state(self) -> Tensor:
        return torch.get_rng_state()

    def restore(self, random_state: Any) -> None:
        torch.set_rng_state(random_state)

    def judge_side(self, remote: Remote) -> JudgeSide:
        return _JudgeSide(remote)

    def worker_side(self) -> WorkerSide:
        return _WorkerSide()


def _sync_tensor(target: Tensor, value: Any) -> None:
    _require_tensor(value)
    with torch.no_grad():
        if target.shape != value.shape:
            target.resize_(value.shape)
        if not torch.equal(target, value):
            target.copy_(value)
    if value.grad is not None and target.is_leaf:
        target.grad = value.grad


def _sync_module(target: nn.Module, state: Any) -> None:
    target.load_state_dict(state["state"])
    for module, mode in zip(target.modules(), state["modes"], strict=True):
        module.training = bool(mode)
    for parameter, gradient in zip(target.parameters(), state["gradients"], strict=True):
        parameter.grad = None if gradient is None else _require_tensor(gradient)


def _require_tensor(value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise TypeError(f"a tensor became a {type(value).__name__}")
    return value


LIBRARY = _Torch()
