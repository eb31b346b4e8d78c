"""Lesson 06: an epoch of training as it should be, and as it often is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.checking.expect import Mistake
from course.exercises.cnn.subjects import Batches, leave_gradients
from course.language import N_, _

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


@dataclass(frozen=True)
class TrainedOtherwise:
    """A known way to train a model to another state, with its hint (marked with N_)."""

    key: str
    way: Way
    advice: str


RIGHT = Way()

TRAINED_OTHERWISE = (
    TrainedOtherwise(
        "no-step",
        Way(step="none"),
        N_(
            "The parameters did not change. `optimizer.step()` uses the gradients that it finds: are they there when it is called, "
            "after `backward` and not yet forgotten?"
        ),
    ),
    TrainedOtherwise(
        "eval-mode-left",
        Way(mode=None),
        N_("The model came in evaluation mode, perhaps from a call of `accuracy`. Who puts it into training mode?"),
    ),
    TrainedOtherwise(
        "eval-mode-left",
        Way(mode="eval"),
        N_("The model learned in evaluation mode. Which mode is for training?"),
    ),
    TrainedOtherwise(
        "no-zero-grad",
        Way(zero="never"),
        N_("`backward` adds to the gradients that are there already. Who takes those of the batch before away?"),
    ),
    TrainedOtherwise(
        "old-gradients",
        Way(zero="after"),
        N_(
            "The parameters held gradients before your first batch, and they went into your first step. When must they be forgotten?"
        ),
    ),
    TrainedOtherwise(
        "one-step-for-all",
        Way(zero="never", step="last"),
        N_("The optimizer took one step for the whole epoch. It takes one for each batch: what belongs into the loop?"),
    ),
    TrainedOtherwise(
        "last-batch-only",
        Way(step="last"),
        N_("Only the last batch's gradients were used. One step for each batch: what belongs into the loop?"),
    ),
    TrainedOtherwise(
        "first-batch-only",
        Way(first_only=True),
        N_("Only the first batch was used. Does a `return` stand inside the loop?"),
    ),
    TrainedOtherwise(
        "sum-for-mean",
        Way(reduction="sum"),
        N_("The steps are too large: of a batch the mean loss goes backward, not the sum."),
    ),
    TrainedOtherwise(
        "softmax-before-loss",
        Way(softmax=True),
        N_("`F.cross_entropy` wants the logits: it has the softmax inside."),
    ),
    TrainedOtherwise(
        "uphill", Way(uphill=True), N_("The steps went up the loss. Which sign has what you call `backward` of?")
    ),
)


def epoch(model: nn.Module, make: Make, data: Batches, way: Way = RIGHT, *, leftover: bool = False) -> Epoch:
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


def loss_mistakes(model: nn.Module, make: Make, data: Batches) -> tuple[Mistake, ...]:
    """The known ways to return another number for an epoch that was trained right."""
    right = epoch(model, make, data)
    losses, sizes = right.losses, right.sizes
    images, labels = (torch.cat(parts) for parts in zip(*data, strict=True))
    trained = copy.deepcopy(model)
    trained.load_state_dict(right.state)

    def untrained_scores() -> Tensor:
        first = copy.deepcopy(model).train()
        with torch.no_grad():
            scores: Tensor = first(images)
        return scores

    def after() -> float:
        trained.eval()
        with torch.no_grad():
            return float(F.cross_entropy(trained(images), labels))

    mean = _(
        "The mean is over all images: a batch of 2 counts less than a batch of 6. Add up loss times images, then divide."
    )
    one_batch = _("All batches count, not only one. Where do you add, and where do you return?")
    kind = _("The loss is `F.cross_entropy(model(x), y)`, from logits and labels as they are.")
    return (
        Mistake("mean-over-batches", sum(losses) / len(losses), mean),
        Mistake("sum-for-mean", sum(losses), _("A mean is asked. Divide at the end.")),
        Mistake(
            "sum-for-mean", right.loss * sum(sizes), _("A mean is asked. Divide by the number of images at the end.")
        ),
        Mistake("divided-by-images", sum(losses) / sum(sizes), mean),
        Mistake("divided-by-batches", right.loss * sum(sizes) / len(sizes), mean),
        Mistake("last-batch-only", losses[-1], one_batch),
        Mistake("first-batch-only", losses[0], one_batch),
        Mistake("last-batch-only", losses[-1] * sizes[-1] / sum(sizes), one_batch),
        Mistake(
            "loss-after-epoch",
            after,
            _("The loss of a batch is measured before the step on it, as you go. No second pass is needed."),
        ),
        Mistake("softmax-before-loss", lambda: float(F.cross_entropy(untrained_scores().softmax(1), labels)), kind),
        Mistake("logits-for-log-probabilities", lambda: float(F.nll_loss(untrained_scores(), labels)), kind),
        Mistake(
            "accuracy-for-loss",
            lambda: float((untrained_scores().argmax(1) == labels).float().mean()),
            _("The mean loss is asked, not the share of right answers."),
        ),
    )
