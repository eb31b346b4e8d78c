"""Receptive fields by gradient: which input cells could change an output cell, and which of them do so just now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten


@dataclass(frozen=True, eq=False)
class Measured:
    """The gradient of one output cell with respect to the image.

    `gradient` is its absolute value, the largest of the input channels, (H, W). `reach` has True for every pixel that
    could change the cell under some weights and some image: (H, W).
    """

    gradient: Tensor
    reach: Tensor

    @property
    def box(self) -> tuple[range, range]:
        """The rows and columns that `reach` covers."""
        return box_of(self.reach)


def measure(x: Tensor, output: Tensor, place: tuple[int, ...], parameters: frozenset[int]) -> Measured:
    """The gradient of output[place] with respect to the image x, (1, C, H, W), as it is and as it might be.

    `parameters` holds the weights' `data_ptr`s. Raises RuntimeError, torch's own, when the graph cannot be gone backwards.
    """
    start = torch.zeros_like(output)
    start[place] = 1
    (gradient,) = torch.autograd.grad(output, x, start, retain_graph=True, allow_unused=True)
    (reach,) = reached(output, [x], start, parameters)
    if gradient is None or reach is None:
        nothing = torch.zeros(x.shape[2:])
        return Measured(nothing, nothing > 0)
    return Measured(gradient[0].abs().amax(dim=0).detach(), reach[0].any(dim=0))


def reached(
    output: Tensor, sources: Sequence[Tensor], start: Tensor, parameters: frozenset[int]
) -> list[Tensor | None]:
    """Which elements of each source could change those elements of the output where `start` is 1; None: not one of them.

    The same backward pass over the same graph as for a gradient, in which no weight is zero or negative, every ReLU is
    open and every pixel under a max pooling the largest: `_Open`. Raises as `measure`.
    """
    with _Open(parameters):
        gradients = torch.autograd.grad(output, sources, start, retain_graph=True, allow_unused=True)
    return [None if gradient is None else gradient.detach() != 0 for gradient in gradients]


def box_of(reach: Tensor) -> tuple[range, range]:
    """The rows and the columns that a reach (H, W) covers."""
    rows, columns = (_covered(reach.any(dim=axis)) for axis in (1, 0))
    return rows, columns


class _Open(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A backward pass that lets everything through, and in which nothing cancels: gradients are 0 or 1."""

    def __init__(self, parameters: frozenset[int]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._parameters = parameters

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func._schema.name.removeprefix("aten::")
        if name in _LET_THROUGH:
            return args[0]
        if name in _RULES:
            return _RULES[name](*args)
        if name in _PRODUCTS:
            args = tuple(self._ones(arg) if isinstance(arg, Tensor) else arg for arg in args)
        return _marked(func(*args, **(kwargs or {})), args)

    def _ones(self, factor: Tensor) -> Tensor:
        if factor.data_ptr() in self._parameters:
            return torch.ones_like(factor)
        return (factor != 0).to(factor.dtype)


def _marked(result: Any, args: Any) -> Any:
    """1 wherever a new tensor is not zero; a view stays a view."""
    if not isinstance(result, Tensor) or not result.is_floating_point():
        return result
    if any(isinstance(arg, Tensor) and arg.untyped_storage().data_ptr() == _memory(result) for arg in args):
        return result
    return (result != 0).to(result.dtype)


def _memory(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _convolution(grad: Tensor, x: Tensor, weight: Tensor, *settings: Any) -> tuple[Tensor, None, None]:
    *others, _mask = settings
    found = aten.convolution_backward(grad, x, torch.ones_like(weight), *others, [True, False, False])
    return (found[0] > 0.5).to(grad.dtype), None, None


def _max_pool(grad: Tensor, x: Tensor, kernel: Any, stride: Any, padding: Any, dilation: Any, *_others: Any) -> Tensor:
    """Every cell of a window takes part, not only the one that is the largest now."""
    channels = x.shape[1]
    weight = torch.ones(channels, 1, *_two(kernel), dtype=grad.dtype)
    spread = F.conv_transpose2d(grad, weight, stride=_two(stride or kernel), groups=channels, dilation=_two(dilation))
    (top, left), (height, width) = _two(padding), x.shape[2:]
    spread = spread[:, :, top : top + height, left : left + width]
    spread = F.pad(spread, (0, width - spread.shape[3], 0, height - spread.shape[2]))
    return (spread > 0.5).to(grad.dtype)


def _adaptive_max_pool(grad: Tensor, x: Tensor, _indices: Tensor) -> Tensor:
    found: Tensor = aten._adaptive_avg_pool2d_backward(grad, x)
    return (found != 0).to(grad.dtype)


def _softmax(grad: Tensor, _output: Tensor, dim: int, *_others: Any) -> Tensor:
    return grad.amax(dim=dim, keepdim=True).expand_as(grad).clone()


def _batch_norm(grad: Tensor, *others: Any) -> tuple[Tensor, None, None]:
    *_saved, training, _eps, _mask = others
    return (_everywhere(grad, tuple(range(2, grad.dim()))) if training else grad), None, None


def _normalisation(grad: Tensor, *_others: Any) -> tuple[Tensor, None, None]:
    return _everywhere(grad, tuple(range(1, grad.dim()))), None, None


def _everywhere(grad: Tensor, axes: tuple[int, ...]) -> Tensor:
    return grad.amax(dim=axes, keepdim=True).expand_as(grad).clone()


_RULES: dict[str, Callable[..., Any]] = {
    "convolution_backward": _convolution,
    "max_pool2d_with_indices_backward": _max_pool,
    "adaptive_max_pool2d_backward": _adaptive_max_pool,
    "_softmax_backward_data": _softmax,
    "_log_softmax_backward_data": _softmax,
    "native_batch_norm_backward": _batch_norm,
    "native_group_norm_backward": _normalisation,
    "native_layer_norm_backward": _normalisation,
}
_POINTWISE = (
    "threshold hardtanh leaky_relu elu gelu silu mish sigmoid tanh hardswish hardsigmoid softplus softshrink hardshrink "
    "log_sigmoid"
)
_LET_THROUGH = frozenset(f"{name}_backward" for name in _POINTWISE.split())
_PRODUCTS = frozenset({"mm", "bmm", "addmm", "mul", "mul_", "div"})


def _two(value: Any) -> tuple[int, int]:
    entries = list(value) if isinstance(value, list | tuple) else [value]
    return int(entries[0]), int(entries[-1])


def _covered(line: Tensor) -> range:
    found = line.nonzero().flatten().tolist()
    return range(found[0], found[-1] + 1) if found else range(0)
