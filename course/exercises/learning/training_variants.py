"""An epoch of training as it should be, and the ways in which it is often run otherwise."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.exercises.learning.sample_models import Batches, leave_gradients

Make = Callable[[Any], torch.optim.Optimizer]
"""Makes the optimizer of a model."""


@dataclass(frozen=True)
class Way:
    """How an epoch is run.

    Attributes:
        zero: when gradients are forgotten: before each backward pass, after each step, or never.
        step: which batches end in a step of the optimizer.
        first_only: whether the epoch ends after its first batch.
        mode: which mode the model is put into; None: it keeps the one that it came in.
        reduction: how one batch's losses become one number for the backward pass.
        softmax: whether a softmax stands in front of the cross-entropy.
        uphill: whether the step goes up the loss.
    """

    zero: Literal["before", "after", "never"] = "before"
    step: Literal["each", "none", "last"] = "each"
    first_only: bool = False
    mode: Literal["train", "eval"] | None = "train"
    reduction: Literal["mean", "sum"] = "mean"
    softmax: bool = False
    uphill: bool = False


@dataclass(frozen=True)
class Epoch:
    """What an epoch gave: each batch's mean loss before its step, its number of images, and the model's state at the end."""

    losses: tuple[float, ...]
    sizes: tuple[int, ...]
    state: dict[str, Tensor]

    @property
    def loss(self) -> float:
        """The mean loss over all images."""
        return sum(loss * size for loss, size in zip(self.losses, self.sizes, strict=True)) / sum(self.sizes)


VARIANTS = (
    ("no-step", Way(step="none")),
    ("eval-mode-left", Way(mode=None)),
    ("eval-mode-left:set", Way(mode="eval")),
    ("no-zero-grad", Way(zero="never")),
    ("old-gradients", Way(zero="after")),
    ("one-step-for-all", Way(zero="never", step="last")),
    ("last-batch-only:steps", Way(step="last")),
    ("first-batch-only:steps", Way(first_only=True)),
    ("sum-for-mean:steps", Way(reduction="sum")),
    ("softmax-before-loss:steps", Way(softmax=True)),
    ("uphill", Way(uphill=True)),
)
"""Ways to train a model to another state, each with the key of its misconception."""


def epoch(model: nn.Module, make: Make, data: Batches, way: Way = Way(), *, leftover: bool = False) -> Epoch:
    """Train a copy of the model for one epoch.

    Args:
        leftover: whether its parameters hold gradients from before.
    """
    model = copy.deepcopy(model)
    optimizer = make(model)
    if leftover:
        leave_gradients(model)
    if way.mode:
        model.train(way.mode == "train")
    losses = []
    for number, (images, labels) in enumerate(data, start=1):
        if way.zero == "before":
            optimizer.zero_grad()
        scores = model(images)
        loss = F.cross_entropy(scores.softmax(1) if way.softmax else scores, labels)
        losses.append(float(loss.detach()))
        total = loss * len(labels) if way.reduction == "sum" else loss
        (-total if way.uphill else total).backward()  # type: ignore[no-untyped-call]
        if way.step == "each" or (way.step == "last" and number == len(data)):
            optimizer.step()
        if way.zero == "after":
            optimizer.zero_grad()
        if way.first_only:
            break
    sizes = tuple(len(labels) for _images, labels in data[: len(losses)])
    return Epoch(tuple(losses), sizes, {name: value.clone() for name, value in model.state_dict().items()})
