"""Lesson 06: the ways in which SimpleCNN is often built otherwise, computed, each with its hint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from course.checking.expect import Mistake
from course.exercises.cnn.reference import Pool, Values, convolved, half, normalized, same, simple_logits
from course.language import _


def logits_mistakes(values: Values, x: Tensor, *, training: bool = False) -> tuple[Mistake, ...]:
    """The known ways to give other logits for x."""

    def otherwise(**changes: Any) -> Callable[[], Tensor]:
        return lambda: simple_logits(values, x, training=training, **changes)

    last = (
        _("The logits are the last linear layer's output as it is: `F.cross_entropy` has the softmax inside."),
        _("Which layer comes after the linear one? Take it out: a logit may be negative."),
    )
    order = _("In each stage: convolution, then batch normalisation, then ReLU, and at the end the pooling.")
    pooling = _("Pooling comes after the first and after the second stage, 2 × 2, and takes the maximum.")
    gathering = _(
        "Global average pooling: the mean of each map over all its rows and columns. `nn.AdaptiveAvgPool2d(1)`."
    )
    return (
        Mistake("softmax-in-model", otherwise(finish=lambda y: y.softmax(dim=1)), last[0]),
        Mistake("softmax-in-model", otherwise(finish=lambda y: y.log_softmax(dim=1)), last[0]),
        Mistake("relu-on-logits", otherwise(finish=F.relu), last[1]),
        Mistake("relu-missing", otherwise(stage=_without_relu), order),
        Mistake("relu-before-norm", otherwise(stage=_relu_first), order),
        Mistake("norm-left-out", otherwise(stage=_without_norm), order),
        Mistake("pooled-before-norm", otherwise(stage=_pooled_first), order),
        Mistake("no-padding", otherwise(stage=_unpadded), _("A 3 × 3 kernel keeps the size with `padding=1`.")),
        Mistake("pooled-thrice", otherwise(pools=(half, half, half)), pooling),
        Mistake("pooling-missing", otherwise(pools=(half, same, same)), pooling),
        Mistake("pooling-missing", otherwise(pools=(same, same, same)), pooling),
        Mistake("average-for-max", otherwise(pools=(_averaged, _averaged, same)), pooling),
        Mistake("pool-stride-one", otherwise(pools=(_slowly, _slowly, same)), pooling),
        Mistake("ceil-for-floor", otherwise(pools=(_ceiled, _ceiled, same)), pooling),
        Mistake("max-for-average", otherwise(gather=lambda y: y.amax(dim=(2, 3))), gathering),
        Mistake("sum-for-mean", otherwise(gather=lambda y: y.sum(dim=(2, 3))), gathering),
        Mistake("corner-for-average", otherwise(gather=lambda y: y[:, :, 0, 0]), gathering),
        Mistake(
            "batch-statistics-in-eval",
            lambda: simple_logits(values, x, training=True),
            _(
                "In evaluation mode the running statistics count, so that one image's answer does not depend on the others. "
                "`nn.BatchNorm2d` knows by itself which mode it is in."
            ),
        ),
        Mistake(
            "running-statistics-in-training",
            lambda: simple_logits(values, x, training=False),
            _("In training mode the batch's own mean and variance count. `nn.BatchNorm2d` does so by itself."),
        ),
        Mistake(
            "batch-axis-lost",
            lambda: simple_logits(values, x, training=training).squeeze(),
            _(
                "One image makes (1, num_classes). `squeeze()` takes away every axis of 1; `flatten(1)` keeps the batch."
            ),
        ),
    )


def _without_relu(values: Values, number: int, x: Tensor, pool: Pool, training: bool) -> Tensor:
    return pool(normalized(values, number, convolved(values, f"conv{number}", x), training))


def _relu_first(values: Values, number: int, x: Tensor, pool: Pool, training: bool) -> Tensor:
    return pool(normalized(values, number, F.relu(convolved(values, f"conv{number}", x)), training))


def _without_norm(values: Values, number: int, x: Tensor, pool: Pool, training: bool) -> Tensor:
    return pool(F.relu(convolved(values, f"conv{number}", x)))


def _pooled_first(values: Values, number: int, x: Tensor, pool: Pool, training: bool) -> Tensor:
    return F.relu(normalized(values, number, pool(convolved(values, f"conv{number}", x)), training))


def _unpadded(values: Values, number: int, x: Tensor, pool: Pool, training: bool) -> Tensor:
    maps = F.conv2d(x, values[f"conv{number}"], values.get(f"conv{number}.bias"))
    return pool(F.relu(normalized(values, number, maps, training)))


def _averaged(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 2)


def _slowly(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 2, stride=1)


def _ceiled(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 2, ceil_mode=True)
