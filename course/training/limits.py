"""Limits of a capstone model, the same for everyone: parameters, multiply-adds, memory, and the logits that it must give.

What one image costs is counted in a dry run.
"""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter, tree_map_only
from torch.utils.flop_counter import flop_registry

from course.checking.answer import Answer, Wrong
from course.checking.expect import expect_ordinary
from course.checking.models import modes_kept, parameter_sizes
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions

CLASSES = 10
SHAPE = (1, 28, 28)
PARAMETERS = 20_000
MULTIPLY_ADDS = 8_000_000
BYTES = 1_500_000
SECONDS = 150.0
"""How much processor time counting, training or judging may use, in seconds: many times what it needs at the limits above, for a slow computer."""

_BATCH = 2  # BatchNorm in train mode may refuse a single image

_SMALLER_EARLY = N_(
    "Halve the height and the width early, by a stride or a pooling: then each layer that follows costs a quarter."
)
_LOGITS = N_("`forward` must return the logits themselves: is there a `return`, and nothing beside them?")

MISCONCEPTIONS: Misconceptions = {
    "no-parameters": N_(
        "Layers kept in a plain list or dict are not found. Put them into `nn.Sequential` or `nn.ModuleList`, or "
        "give each an attribute of its own."
    ),
    "too-many-parameters": Misconception(
        "The model has more parameters than the limit allows.",
        N_(
            "A convolution has in_channels × out_channels × kernel² weights, whatever the size of the image. A linear layer "
            "on flattened maps has C × H × W × outputs: pool more before it, or take the mean of each map."
        ),
    ),
    "unregistered-parameters": Misconception(
        "Layers stand in a plain list, so the optimizer does not find their parameters.",
        N_(
            "An optimizer would leave them as they are. Layers kept in a plain list or dict are not found: use "
            "`nn.ModuleList` or `nn.Sequential`."
        ),
    ),
    "too-large-maps": Misconception("The feature maps take more memory than the limit allows.", _SMALLER_EARLY),
    "too-expensive": Misconception("One image costs more multiply-adds than the limit allows.", _SMALLER_EARLY),
    "missing-return:logits": _LOGITS,
    "type:logits": _LOGITS,
    "dtype:logits": N_(
        "Return the ten numbers themselves; `argmax` has no gradient, and whoever calls the model can take it."
    ),
    "width-for-features": Misconception(
        "The maps are not flattened, and their width happens to be the linear layer's number of inputs.",
        N_(
            "`nn.Linear` works on the last axis. Here that is the width of the maps, which happens to be the number of its inputs, so "
            "nothing complains. `flatten(1)` comes before it."
        ),
    ),
    "rows-mixed": N_(
        "`-1` in a `view` or `reshape` lets torch choose the number of rows, so a wrong number of features mixes the digits or "
        "cuts them up. `flatten(1)` keeps one row for each digit."
    ),
    "shape:logits": N_(
        "One row for each digit, one number for each of the ten classes: after the convolutions pool, `flatten(1)`, "
        "and end with a linear layer of 10 outputs."
    ),
    "nan:logits": N_("Look for a division by zero, or for a logarithm or root of a number that is not positive."),
}
"""Known mistakes in a model that is held to the limits."""


def require_parameters(model: Answer) -> None:
    """At least one parameter, and not too many.

    Raises:
        Wrong: otherwise, with the counts layer by layer.
    """
    counts = _counts(model.run(parameter_sizes, model))
    total = sum(counts.values())
    if not total:
        raise Wrong(
            _("The model has no parameters, so nothing in it can learn."),
            "no-parameters",
        )
    if total > PARAMETERS:
        largest = sorted(counts.items(), key=lambda each: -each[1])[:3]
        listed = ", ".join(_("{name}: {count:,}").format(name=name, count=count) for name, count in largest)
        raise Wrong(
            _("The model has {total:,} parameters, and at most {most:,} are allowed. The largest: {listed}.").format(
                total=total, most=PARAMETERS, listed=listed
            ),
            "too-many-parameters",
        )


def require_cost(model: Answer) -> None:
    """Digits go through the model, and one of them costs no more than the limits.

    Raises:
        Wrong: otherwise, before any large result is computed.
    """
    counted = model.run(cost, model, SHAPE, BYTES, seconds=SECONDS)
    names = ("multiply_adds", "bytes", "unregistered")
    if not isinstance(counted, dict) or any(type(counted.get(name)) is not int for name in names):
        counted = dict.fromkeys(names, 0)
    if counted["unregistered"]:
        raise Wrong(
            _(
                "{count:,} of the numbers that `forward` computes with are parameters that `model.parameters()` does not find."
            ).format(count=counted["unregistered"]),
            "unregistered-parameters",
        )
    if counted["bytes"] > BYTES:
        raise Wrong(
            _(
                "For one digit the layers' outputs take {bytes:,} bytes or more, and at most {most:,} are allowed."
            ).format(bytes=counted["bytes"], most=BYTES),
            "too-large-maps",
        )
    if counted["multiply_adds"] > MULTIPLY_ADDS:
        raise Wrong(
            _("One digit takes {count:,} multiply-adds, and at most {most:,} are allowed.").format(
                count=counted["multiply_adds"], most=MULTIPLY_ADDS
            ),
            "too-expensive",
        )


def require_logits(got: object, count: int) -> Tensor:
    """Ten finite floats for each of `count` digits.

    Raises:
        Wrong: otherwise.
    """
    if not isinstance(got, Tensor):
        raise Wrong(
            _("For {count} digits, expected a tensor of logits, but the model gave {type}.").format(
                count=count, type=Answer(got).describe().type_name
            ),
            "missing-return:logits" if got is None else "type:logits",
        )
    expect_ordinary(got)
    if not got.is_floating_point():
        raise Wrong(_("Expected floating-point logits, but got {dtype}.").format(dtype=got.dtype), "dtype:logits")
    if tuple(got.shape) != (count, CLASSES):
        raise Wrong(
            _("For {count} digits, expected logits of shape {expected}, but got {got}.").format(
                count=count, expected=(count, CLASSES), got=tuple(got.shape)
            ),
            _why_not_rows(tuple(got.shape), count),
        )
    if not bool(torch.isfinite(got).all()):
        raise Wrong(
            _("{count} of {total} logits are NaN or infinite.").format(
                count=int((~torch.isfinite(got)).sum()), total=got.numel()
            ),
            "nan:logits",
        )
    return got.to(torch.float64)


def _why_not_rows(shape: tuple[int, ...], count: int) -> str:
    """The key of the mistake that logits of this shape, in place of a row for each of `count` digits, show."""
    if len(shape) == 4 and shape[0] == count and shape[-1] == CLASSES:
        return "width-for-features"
    if len(shape) == 2 and shape[0] != count and shape[1] == CLASSES:
        return "rows-mixed"
    return "shape:logits"


def _counts(sizes: object) -> dict[str, int]:
    """The number of parameters by name, out of shapes by name; nothing out of anything else."""
    if not isinstance(sizes, dict):
        return {}
    return {
        str(name): math.prod(size)
        for name, size in sizes.items()
        if isinstance(size, tuple) and all(type(length) is int for length in size)
    }


def cost(model: nn.Module, shape: tuple[int, ...], most_bytes: int) -> dict[str, int]:
    """Count what one image of this shape, (C, H, W), costs in train mode; the model's modes and buffers stay as they were.

    An operation is planned before it is run, so that a result beyond `most_bytes` is never allocated.

    Returns:
        multiply_adds: of convolutions and matrix products, for one image; elementwise operations are not counted.
        bytes: of all results, for one image: what training keeps. A view or an in-place result takes no more room. More than
            `most_bytes` where the model was stopped.
        unregistered: how many parameters took part that are not among the model's own: no optimizer finds them.
    """
    count = _Count(most_bytes, set(map(id, model.parameters())))
    buffers = [(buffer, buffer.clone()) for buffer in model.buffers()]
    images = torch.linspace(0, 1, _BATCH * shape[0] * shape[1] * shape[2]).reshape(_BATCH, *shape)
    try:
        with modes_kept(model), suppress(_TooLarge), torch.no_grad(), torch.random.fork_rng(devices=[]), count:
            model.train()
            model(images)
    finally:
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)
    return {
        "multiply_adds": count.multiply_adds // _BATCH,
        "bytes": count.bytes // _BATCH,
        "unregistered": sum(count.strangers.values()),
    }


class _TooLarge(BaseException):
    """The next result would go beyond the limit. Not an Exception: a model's own `except` cannot swallow it."""


class _Count(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees each operation before it is run."""

    def __init__(self, most_bytes: int, own: set[int]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.multiply_adds = self.bytes = 0
        self.strangers: dict[int, int] = {}
        self._most, self._own = most_bytes * _BATCH, own

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        for argument in tree_iter((args, kwargs)):
            if isinstance(argument, nn.Parameter) and id(argument) not in self._own:
                self.strangers[id(argument)] = argument.numel()
        planned = _planned(func, args, kwargs)
        if planned is not None:
            self._add(func, args, kwargs, planned)
        result = func(*args, **kwargs)
        if planned is None:
            self._add(func, args, kwargs, result)
        return result

    def _add(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        if not any(returned.alias_info for returned in func._schema.returns):  # a view, or in place
            self.bytes += sum(
                part.numel() * part.element_size() for part in tree_iter(result) if isinstance(part, Tensor)
            )
        formula = flop_registry.get(func._overloadpacket)
        if formula is not None:
            self.multiply_adds += int(formula(*args, **kwargs, out_val=result)) // 2
        if self.bytes > self._most:
            raise _TooLarge


def _planned(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The operation's results without their memory; None where torch cannot tell them without computing."""
    if any(isinstance(argument, torch.Generator) for argument in tree_iter((args, kwargs))):
        return None
    args, kwargs = tree_map_only(Tensor, _without_memory, (args, kwargs))
    if "device" in kwargs:
        kwargs = {**kwargs, "device": torch.device("meta")}
    try:
        return func(*args, **kwargs)
    except (NotImplementedError, RuntimeError, TypeError, ValueError):  # the real call will tell, if it is an error
        return None


def _without_memory(tensor: Tensor) -> Tensor:
    return torch.empty_strided(tensor.size(), tensor.stride(), dtype=tensor.dtype, device="meta")
