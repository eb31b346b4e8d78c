"""One run of a network: every layer in the order it ran, with shapes, counts and feature maps; and what a layer's cell sees."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import RLock
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from course.explorers.network.gradient_reach import Measured, measure
from course.explorers.network.propagation import Propagation
from course.explorers.network.receptive_field import ReceptiveFields
from course.layers import Layer, described

Shape = tuple[int, ...]
_MOST_KEPT = 1 << 20  # numbers of a layer's output that are kept: whole channels
_RUNNING = RLock()  # hooks belong to a module, not to a thread


@dataclass(frozen=True, eq=False)
class Row:
    """A layer that ran. Shapes are without the batch axis; `maps` has the output's channels, or as many as are kept.

    `layer` describes the module; None for a module of another kind.

    `parameters` counts the layer's own; `again` tells that an earlier row is the same module. `multiply_adds` is None
    where the course has no formula. `sees` tells what its output's cells see of the image, None where nothing tells.
    """

    name: str
    module: nn.Module
    layer: Layer | None
    in_shape: Shape
    out_shape: Shape
    parameters: int
    again: bool
    multiply_adds: int | None
    sees: ReceptiveFields | None
    maps: Tensor
    channels: int
    zeros: float
    low: float
    high: float
    mean: float

    @property
    def kind(self) -> str:
        """The layer's class."""
        return type(self.module).__name__


@dataclass(frozen=True, eq=False)
class Failure:
    """Where a run ended: in a layer, whose input had a shape, or, without a module, after the last layer that ran."""

    name: str
    module: nn.Module | None
    in_shape: Shape
    error: str


@dataclass(frozen=True, eq=False)
class Trace:
    """A whole run: its layers, what came out, and where it failed, if it did."""

    rows: tuple[Row, ...]
    output: Tensor | None
    failure: Failure | None
    parameters: int


@dataclass(frozen=True, eq=False)
class Network:
    """A module that only explorers run, in eval mode."""

    module: nn.Module


@dataclass(frozen=True, eq=False)
class Input:
    """A batch of one: (1, C, H, W), or (1, n) for a vector."""

    x: Tensor


class _Stop(BaseException):  # so that no model's own `except Exception` keeps it
    """The layer that was wanted has run."""


@lru_cache(maxsize=6)
def trace(network: Network, given: Input) -> Trace:
    """Run the network on the input, once."""
    rows: list[Row] = []
    running: list[tuple[str, nn.Module, Shape, ReceptiveFields | None]] = []
    met: set[nn.Module] = set()
    with _RUNNING, _with_gradients():
        propagation = Propagation(given.x.clone(), _weights(network))

        def before(name: str, module: nn.Module, args: Any) -> None:
            running.append((name, module, _shape(args), propagation.into(module, _tensor(args))))

        def after(name: str, module: nn.Module, _args: Any, output: Any) -> Tensor | None:
            _name, _module, in_shape, incoming = running.pop()
            result = _tensor(output)
            if result is None:
                return None
            sees, handed_on = propagation.out_of(module, incoming, in_shape, result)
            rows.append(_row(name, module, in_shape, result, module in met, sees))
            met.add(module)
            return handed_on if result is output else None

        failure, output = None, None
        with _hooked(network.module, before, after):
            try:
                output = _tensor(network.module(propagation.start))
            except Exception as error:  # whatever torch or the model raises: it is shown
                name, module, shape, _sees = (
                    running[-1] if running else ("", None, rows[-1].out_shape if rows else _shape(given.x), None)
                )
                failure = Failure(name, module, shape, f"{_named(error)}{error}")
    parameters = sum(parameter.numel() for parameter in network.module.parameters())
    return Trace(tuple(rows), None if output is None else output.detach(), failure, parameters)


@dataclass(frozen=True, eq=False)
class Graph:
    """A run up to a layer, ready to be gone backwards."""

    x: Tensor
    output: Tensor | None


@lru_cache(maxsize=2)
def graph_to(network: Network, given: Input, index: int) -> Graph:
    """Run the network up to the layer of that row. Raises what the network raises."""
    count = 0
    reached: list[Tensor] = []
    with _RUNNING, _with_gradients():
        leaf = given.x.clone().requires_grad_(True)

        def after(_name: str, _module: nn.Module, _args: Any, output: Any) -> None:
            nonlocal count
            result = _tensor(output)
            if result is None:
                return
            if count == index:
                reached.append(result)
                raise _Stop
            count += 1

        with _hooked(network.module, lambda *_args: None, after), suppress(_Stop):
            network.module(leaf.clone())
    output = reached[0] if reached and reached[0].requires_grad else None
    return Graph(leaf, output)


@lru_cache(maxsize=64)
def measured(network: Network, given: Input, index: int, place: tuple[int, ...]) -> Measured | str:
    """What the gradient tells of the element at that place of a row's output; else why there is none, in torch's words."""
    if given.x.dim() != 4:
        return ""
    try:
        graph = graph_to(network, given, index)
        if graph.output is None:
            return ""
        with _RUNNING, _with_gradients():
            return measure(graph.x, graph.output, (0, *place), _weights(network))
    except RuntimeError as error:
        return str(error)


def _weights(network: Network) -> frozenset[int]:
    """The data_ptrs of the network's parameters."""
    return frozenset(parameter.data_ptr() for parameter in network.module.parameters())


@contextmanager
def _with_gradients() -> Iterator[None]:
    with torch.inference_mode(False), torch.enable_grad():
        yield


@contextmanager
def _hooked(
    module: nn.Module,
    before: Callable[[str, nn.Module, Any], None],
    after: Callable[[str, nn.Module, Any, Any], Tensor | None],
) -> Iterator[None]:
    """The two functions told of every leaf module that runs, by its name; `after` may give another output in its place."""
    handles: list[RemovableHandle] = []

    def listen(name: str, leaf: nn.Module) -> None:
        def starts(_module: nn.Module, args: Any) -> None:
            before(name, leaf, args)

        def ends(_module: nn.Module, args: Any, output: Any) -> Tensor | None:
            return after(name, leaf, args, output)

        handles.extend((leaf.register_forward_pre_hook(starts), leaf.register_forward_hook(ends)))

    for name, leaf in module.named_modules():
        if not any(True for _child in leaf.children()):
            listen(name, leaf)
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _row(
    name: str, module: nn.Module, in_shape: Shape, output: Tensor, again: bool, sees: ReceptiveFields | None
) -> Row:
    values = output.detach().cpu().float().numpy()
    values = values[0] if values.ndim > 1 else values.reshape(-1)
    kept = max(1, _MOST_KEPT // max(1, values[:1].size))
    some = values.size > 0
    layer, out_shape = described(module), tuple(output.shape[1:])
    return Row(
        name=name,
        module=module,
        layer=layer,
        in_shape=in_shape,
        out_shape=out_shape,
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        again=again,
        multiply_adds=None if layer is None else layer.multiply_adds(in_shape, out_shape),
        sees=sees,
        maps=torch.from_numpy(values[:kept].copy()),
        channels=len(values),
        zeros=float((values == 0).mean()) if some else math.nan,
        low=float(values.min()) if some else math.nan,
        high=float(values.max()) if some else math.nan,
        mean=float(values.mean()) if some else math.nan,
    )


def _tensor(value: Any) -> Tensor | None:
    """The value itself, or the first tensor in it."""
    if isinstance(value, Tensor):
        return value
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return next((found for entry in entries if (found := _tensor(entry)) is not None), None)


def _shape(args: Any) -> Shape:
    found = _tensor(args)
    return () if found is None else tuple(found.shape[1:])


def _named(error: Exception) -> str:
    """The error's class, where it tells more than torch's own."""
    return "" if isinstance(error, RuntimeError | ValueError) else f"{type(error).__name__}: "
