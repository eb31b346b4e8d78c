"""Exercise train-epoch: one pass over the data, compared step for step with the right one."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.checking import expect_float
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import close, failures_explained, mistakes
from course.exercises.learning.sample_models import Batches, Stream, batches, convnet, leave_gradients, linear, loader
from course.exercises.learning.training_variants import VARIANTS, Epoch, Make, epoch
from course.language import N_, _
from course.misconceptions import Misconception, Rules

_PER_IMAGE = N_(
    "The mean is over all images: a batch of 2 counts less than a batch of 6. Add up loss times images, then divide."
)
_ONE_BATCH = N_("All batches count, not only one. Where do you add, and where do you return?")
_CROSS_ENTROPY = N_("The loss is `F.cross_entropy(model(x), y)`, from logits and labels as they are.")

exercise = Exercise(
    "train-epoch",
    difficulty=2,
    minutes=12,
    hints=(
        N_(
            "For each batch: forget the old gradients, ask the model, compute the loss, compute gradients, take a step."
        ),
        N_(
            "The loss of a batch is a mean over its images. To get the mean over all images, add `loss.item() * len(y)` "
            "for each batch, and divide by the number of images at the end. Count them on the way."
        ),
        N_(
            "`model.train()` first. In the loop: `optimizer.zero_grad()`, `loss = F.cross_entropy(model(x), y)`, `loss.backward()`, "
            "`optimizer.step()`, in this order."
        ),
    ),
    hidden={
        N_("step for step"): N_(
            "Train a copy of the model with the five lines written out, and compare `state_dict()`."
        ),
        N_("mean loss"): N_("Try a last batch of a single image."),
    },
    misconceptions={
        **expect_float.MISCONCEPTIONS,
        "no-step": Misconception(
            "The parameters do not move: backward or step is missing.",
            N_(
                "The parameters did not change. `optimizer.step()` uses the gradients that it finds: are they there when it is called, "
                "after `backward` and not yet forgotten?"
            ),
        ),
        "eval-mode-left": Misconception(
            "The model trains in evaluation mode.",
            N_("The model came in evaluation mode, perhaps from a call of `accuracy`. Who puts it into training mode?"),
        ),
        "eval-mode-left:set": N_("The model learned in evaluation mode. Which mode is for training?"),
        "no-zero-grad": Misconception(
            "The gradients are not set to zero, so they add up.",
            N_(
                "`backward` adds to the gradients that are there already. Where do you clear those of the previous batch?"
            ),
        ),
        "old-gradients": Misconception(
            "The gradients are cleared between backward and step, or old ones are used.",
            N_(
                "The parameters held gradients before your first batch, and they went into your first step. They must be cleared before `backward`."
            ),
        ),
        "one-step-for-all": Misconception(
            "There is one step for the whole epoch.",
            N_(
                "The optimizer took one step for the whole epoch. It takes one for each batch: what belongs in the loop?"
            ),
        ),
        "last-batch-only": _ONE_BATCH,
        "last-batch-only:steps": N_(
            "Only the last batch's gradients were used. One step for each batch: what belongs in the loop?"
        ),
        "first-batch-only": _ONE_BATCH,
        "first-batch-only:steps": N_("Only the first batch was used. Is there a `return` inside the loop?"),
        "sum-for-mean": N_("That is the sum of the losses. Divide at the end to get a mean."),
        "sum-for-mean:images": N_("That is the sum of the losses. Divide by the number of images at the end."),
        "sum-for-mean:steps": N_(
            "The steps are too large: call `backward` on the mean loss of a batch, not on the sum."
        ),
        "softmax-before-loss": Misconception("cross_entropy gets probabilities; it wants logits.", _CROSS_ENTROPY),
        "softmax-before-loss:steps": N_("`F.cross_entropy` wants the logits: it has the softmax inside."),
        "uphill": Misconception(
            "The steps go uphill.",
            N_("The steps went up the loss. Does the number on which you call `backward` have the right sign?"),
        ),
        "trained-otherwise": Misconception(
            "The optimizer that was given is not used.",
            N_(
                "Write the five lines in their order, and compare: forget, ask, loss, backward, step. Once for each batch."
            ),
        ),
        "mean-over-batches": _PER_IMAGE,
        "divided-by-images": Misconception(
            "The sum of the batches' means is divided by the number of images.", _PER_IMAGE
        ),
        "divided-by-batches": _PER_IMAGE,
        "loss-after-epoch": Misconception(
            "The loss is measured after the epoch, not during it.",
            N_("The loss of a batch is measured before the step on it, as you go. No second pass is needed."),
        ),
        "logits-for-log-probabilities": Misconception(
            "nll_loss gets logits; it wants log-probabilities.", _CROSS_ENTROPY
        ),
        "running-average": Misconception(
            "A running average of the losses is given, not their mean.",
            N_(
                "That is a running average: the last batches count most. For the mean over all images, add up loss times images, then divide."
            ),
        ),
        "one-hot-labels": Misconception(
            "The labels are made one-hot for a fixed number of classes.",
            N_(
                "`F.cross_entropy` takes the labels as they are, one class number for each image. A one-hot row needs the number of classes, and here that is not 10."
            ),
        ),
        "classes-for-logits": Misconception(
            "The loss gets class numbers in place of logits.",
            N_("`argmax` has no gradient. `F.cross_entropy` takes the logits themselves: one number for each class."),
        ),
        "labels-first": Misconception(
            "Logits and labels are in the wrong order.",
            N_("`F.cross_entropy` takes the logits first, then the labels."),
        ),
        "item-too-early": Misconception(
            "backward is called on a float.",
            N_("`backward` needs the loss as a tensor. Call `.item()` only where you add up the losses."),
        ),
        "other-loss": Misconception("Another loss is used.", _CROSS_ENTROPY),
        "accuracy-for-loss": Misconception(
            "The accuracy is given, not the loss.", N_("That is the share of right answers. Return the mean loss.")
        ),
    },
)


@dataclass(frozen=True)
class EpochLosses:
    """The losses of an epoch that was trained right, and other numbers that are taken for its loss."""

    model: nn.Module
    data: Batches
    right: Epoch

    @property
    def labels(self) -> Tensor:
        """The labels of all images."""
        return torch.cat([labels for _images, labels in self.data])

    def scores(self, model: nn.Module) -> Tensor:
        """A model's logits for all images."""
        with torch.no_grad():
            scores: Tensor = model(torch.cat([images for images, _labels in self.data]))
        return scores

    @cached_property
    def untrained_scores(self) -> Tensor:
        """The logits before the epoch, in training mode."""
        return self.scores(copy.deepcopy(self.model).train())

    @property
    def loss_after(self) -> float:
        """The loss after the epoch, in evaluation mode."""
        trained = copy.deepcopy(self.model)
        trained.load_state_dict(self.right.state)
        return float(F.cross_entropy(self.scores(trained.eval()), self.labels))


def _running_average(losses: Sequence[float], kept: float, first: float) -> float:
    """The losses averaged as they come: a share is kept of the average before."""
    average = first
    for loss in losses:
        average = kept * average + (1 - kept) * loss
    return average


RULES: Rules[EpochLosses] = (
    ("mean-over-batches", lambda e: sum(e.right.losses) / len(e.right.losses)),
    ("sum-for-mean", lambda e: sum(e.right.losses)),
    ("sum-for-mean:images", lambda e: e.right.loss * sum(e.right.sizes)),
    ("divided-by-images", lambda e: sum(e.right.losses) / sum(e.right.sizes)),
    ("divided-by-batches", lambda e: e.right.loss * sum(e.right.sizes) / len(e.right.sizes)),
    ("last-batch-only", lambda e: e.right.losses[-1]),
    ("first-batch-only", lambda e: e.right.losses[0]),
    ("last-batch-only", lambda e: e.right.losses[-1] * e.right.sizes[-1] / sum(e.right.sizes)),
    *(
        (
            "running-average",
            lambda e, kept=kept, first=first: _running_average(e.right.losses, kept, first * e.right.losses[0]),
        )
        for kept in (0.9, 0.99, 0.95, 0.98)
        for first in (0.0, 1.0)
    ),
    ("loss-after-epoch", lambda e: e.loss_after),
    ("softmax-before-loss", lambda e: float(F.cross_entropy(e.untrained_scores.softmax(1), e.labels))),
    ("softmax-before-loss", lambda e: float(F.cross_entropy(e.untrained_scores.softmax(0), e.labels))),
    ("logits-for-log-probabilities", lambda e: float(F.nll_loss(e.untrained_scores, e.labels))),
    ("accuracy-for-loss", lambda e: float((e.untrained_scores.argmax(1) == e.labels).float().mean())),
)


@exercise.step("loss", N_("One batch: returns its mean cross-entropy as a float"))
def _loss(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 5)
    _expect_epoch(answer, linear(sample), _sgd, loader(data), learned=False)


@exercise.step("learns", N_("One step of the optimizer for each batch, each from the batch's own gradients"))
def _learns(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 4, 4)
    _expect_epoch(answer, linear(sample), _sgd, loader(data), valued=False)


@exercise.step("mean", N_("The loss is the mean over all batches"))
def _mean(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 4, 4)
    _expect_epoch(answer, linear(sample), _sgd, loader(data))


@exercise.step("unequal-batches", N_("The mean is over images, also when the last batch is smaller"))
def _unequal(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 6, 6, sample.integer(1, 2))
    _expect_epoch(answer, linear(sample), _sgd, loader(data))


@exercise.step("train-mode", N_("The model learns in training mode, whatever mode it came in"))
def _train_mode(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 5, 4)
    for training in (True, False):
        _expect_epoch(answer, convnet(sample).train(training), _sgd, loader(data))


@exercise.step("old-gradients", N_("Gradients left from before do not count"))
def _old_gradients(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 3)
    _expect_epoch(answer, linear(sample), _sgd, loader(data), leftover=True)


@exercise.step("optimizer", N_("The optimizer that was given does the steps"))
def _optimizer(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 5, 5, 3)
    for make in (_adam, _momentum):
        _expect_epoch(answer, convnet(sample), make, loader(data))
    model = convnet(sample)
    _expect_epoch(answer, model, _head_only, loader(data))


@exercise.step("any-loader", N_("Goes through whatever gives batches: a list, or something without a length"))
def _anyloader(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 3, 5, 2)
    for batched in (data, Stream(data), [list(batch) for batch in data]):
        _expect_epoch(answer, linear(sample), _sgd, batched)


_REFUSED = (
    ("multi-target not supported", "one-hot-labels"),
    ("Expected floating point type for target with class probabilities", "classes-for-logits"),
    ("not implemented for 'Long'", "labels-first"),
    ("'float' object has no attribute 'backward'", "item-too-early"),
    ("must match the size of tensor", "other-loss"),
    *expect_float.LOADER_REFUSED,
)


def _sgd(model: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=0.1)


def _momentum(model: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=0.01)


def _adam(model: Any) -> torch.optim.Optimizer:
    return torch.optim.Adam(model.parameters(), lr=0.02)


def _head_only(model: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(model[-1].parameters(), lr=0.1)


def _expect_epoch(
    answer: Answer,
    model: nn.Module,
    make: Make,
    batched: Iterable[Any],
    *,
    learned: bool = True,
    valued: bool = True,
    leftover: bool = False,
) -> None:
    """Expect the loss of one epoch, and the model that it leaves.

    Args:
        make: makes the optimizer for a model.
        batched: what the answer gets as its loader.
        learned: whether to compare the model as well.
        valued: whether to compare the loss.
        leftover: whether its parameters hold gradients from before.
    """
    placed_model, placed_optimizer = answer.place(model, make(model))
    if leftover:
        answer.run(leave_gradients, placed_model)
    with failures_explained(_REFUSED):
        got = answer(placed_model, batched, placed_optimizer)
    data = [(images, labels) for images, labels in batched]
    right = epoch(model, make, data)
    if learned:
        _expect_state(placed_model.state(), right, model, make, data, leftover=leftover)
    if not valued:
        return
    what = _("for batches of {sizes} images").format(sizes=", ".join(str(size) for size in right.sizes))
    expect_float.expect_float(got, right.loss, mistakes(RULES, EpochLosses(model, data, right)), what=what)


def _expect_state(
    state: dict[str, Tensor], right: Epoch, model: nn.Module, make: Make, data: Batches, *, leftover: bool
) -> None:
    """Expect the state of a model that was trained, or tell which known mistake leaves this one."""
    if _same_state(state, right.state):
        return
    for key, way in VARIANTS:
        if _same_state(state, epoch(model, make, data, way, leftover=leftover).state):
            raise Wrong(_("After the epoch the model is not what the same batches make of it step by step."), key)
    name = next(name for name, value in right.state.items() if name not in state or not _near(state[name], value))
    raise Wrong(
        _("After the epoch {name} is not what the same batches make of it step by step.").format(name=name),
        "trained-otherwise",
    )


def _same_state(state: dict[str, Tensor], expected: dict[str, Tensor]) -> bool:
    """Whether two states agree to single precision."""
    return state.keys() == expected.keys() and all(_near(state[name], value) for name, value in expected.items())


def _near(got: Tensor, expected: Tensor) -> bool:
    return got.shape == expected.shape and close(got, expected)
