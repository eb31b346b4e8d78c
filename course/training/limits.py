"""What a model may cost and what it must give, for everyone alike; each limit says what came and where to look."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.expect import expect_ordinary
from course.checking.models import parameter_sizes
from course.language import _
from course.training.budget import cost

CLASSES = 10
SHAPE = (1, 28, 28)
PARAMETERS = 20_000
MULTIPLY_ADDS = 8_000_000
BYTES = 1_500_000
SECONDS = 150.0
"""How much processor time counting, training or judging may use, in seconds: many times what it needs at the limits above, for a slow computer."""


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
            _(
                "Layers kept in a plain list or dict are not found. Put them into `nn.Sequential` or `nn.ModuleList`, or "
                "give each an attribute of its own."
            ),
        )
    if total > PARAMETERS:
        largest = sorted(counts.items(), key=lambda each: -each[1])[:3]
        listed = ", ".join(_("{name}: {count:,}").format(name=name, count=count) for name, count in largest)
        raise Wrong(
            _("The model has {total:,} parameters, and at most {most:,} are allowed. The largest: {listed}.").format(
                total=total, most=PARAMETERS, listed=listed
            ),
            "too-many-parameters",
            _(
                "A convolution has in_channels × out_channels × kernel² weights, whatever the size of the image. A linear layer "
                "on flattened maps has C × H × W × outputs: pool more before it, or take the mean of each map."
            ),
        )


def require_cost(model: Answer) -> None:
    """Digits go through the model, and one of them costs no more than the limits.

    Raises:
        Wrong: otherwise, before any large result is computed.
    """
    counted = model.run(cost, model, SHAPE, BYTES, seconds=SECONDS)
    names = ("multiply_adds", "bytes", "unregistered")
    if not isinstance(counted, dict) or any(type(counted.get(each)) is not int for each in names):
        counted = dict.fromkeys(names, 0)
    if counted["unregistered"]:
        raise Wrong(
            _(
                "{count:,} of the numbers that `forward` computes with are parameters that `model.parameters()` does not find."
            ).format(count=counted["unregistered"]),
            "unregistered-parameters",
            _(
                "An optimizer would leave them as they are. Layers kept in a plain list or dict are not found: use "
                "`nn.ModuleList` or `nn.Sequential`."
            ),
        )
    advice = _(
        "Halve the height and the width early, by a stride or a pooling: then each layer that follows costs a quarter."
    )
    if counted["bytes"] > BYTES:
        raise Wrong(
            _(
                "For one digit the layers' outputs take {bytes:,} bytes or more, and at most {most:,} are allowed."
            ).format(bytes=counted["bytes"], most=BYTES),
            "too-large-maps",
            advice,
        )
    if counted["multiply_adds"] > MULTIPLY_ADDS:
        raise Wrong(
            _("One digit takes {count:,} multiply-adds, and at most {most:,} are allowed.").format(
                count=counted["multiply_adds"], most=MULTIPLY_ADDS
            ),
            "too-expensive",
            advice,
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
            "missing-return" if got is None else "type",
            _("`forward` must return the logits themselves: is there a `return`, and nothing beside them?"),
        )
    expect_ordinary(got)
    if not got.is_floating_point():
        raise Wrong(
            _("Expected floating-point logits, but got {dtype}.").format(dtype=got.dtype),
            "dtype",
            _("Return the ten numbers themselves; `argmax` has no gradient, and whoever calls the model can take it."),
        )
    if tuple(got.shape) != (count, CLASSES):
        raise Wrong(
            _("For {count} digits, expected logits of shape {expected}, but got {got}.").format(
                count=count, expected=(count, CLASSES), got=tuple(got.shape)
            ),
            *_why_not_rows(tuple(got.shape), count),
        )
    if not bool(torch.isfinite(got).all()):
        raise Wrong(
            _("{count} of {total} logits are NaN or infinite.").format(
                count=int((~torch.isfinite(got)).sum()), total=got.numel()
            ),
            "nan",
            _("Look for a division by zero, or for a logarithm or root of a number that is not positive."),
        )
    return got.to(torch.float64)


def _why_not_rows(shape: tuple[int, ...], count: int) -> tuple[str, str]:
    """What logits of this shape, in place of a row for each of `count` digits, tell: the misconception's key and the hint."""
    if len(shape) == 4 and shape[0] == count and shape[-1] == CLASSES:
        return "width-for-features", _(
            "`nn.Linear` works on the last axis. Here that is the width of the maps, which happens to be the number of its inputs, so "
            "nothing complains. `flatten(1)` comes before it."
        )
    if len(shape) == 2 and shape[0] != count and shape[1] == CLASSES:
        return "rows-mixed", _(
            "`-1` in a `view` or `reshape` lets torch choose the number of rows, so a wrong number of features mixes the digits or "
            "cuts them up. `flatten(1)` keeps one row for each digit."
        )
    return "shape", _(
        "One row for each digit, one number for each of the ten classes: after the convolutions pool, `flatten(1)`, "
        "and end with a linear layer of 10 outputs."
    )


def _counts(sizes: object) -> dict[str, int]:
    """The number of parameters by name, out of shapes by name; nothing out of anything else."""
    if not isinstance(sizes, dict):
        return {}
    return {
        str(name): math.prod(size)
        for name, size in sizes.items()
        if isinstance(size, tuple) and all(type(each) is int for each in size)
    }
