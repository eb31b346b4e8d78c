"""Exercise hunt-softmax: a program that hands probabilities to a loss which wants logits."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor
from course.checking.models import same_gradient
from course.exercises.cnn.sample_networks import colour_network
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "hunt-softmax",
    difficulty=1,
    minutes=3,
    hints=(
        N_("A loss that never falls below 1.46, with ten classes: this lesson has met that number before."),
        N_("What does `F.cross_entropy` want, logits or probabilities? What does it get here?"),
        N_("`F.cross_entropy` has the softmax inside. Hand it the logits, as they come out of the model."),
    ),
    hidden={N_("other batches"): N_("Try batches in which the model is very sure of a wrong class.")},
    misconceptions={
        "softmax-before-loss": N_(
            "Two softmaxes still follow each other: one is yours, one is inside `F.cross_entropy`."
        ),
        "logits-for-log-probabilities": N_(
            "`F.nll_loss` wants logarithms of probabilities; `F.cross_entropy` wants logits."
        ),
        "probabilities-for-log-probabilities": Misconception(
            "nll_loss gets probabilities; it wants their logarithms.",
            N_(
                "`F.nll_loss` wants logarithms of probabilities: take `log_softmax`, or `F.cross_entropy` on the logits."
            ),
        ),
        "loss-changed": Misconception(
            "Another loss is taken for the cross-entropy.",
            N_("That is the binary cross-entropy, of each class for itself. `F.cross_entropy` was right."),
        ),
        "sum-for-mean": N_("The reduction was right: the mean over the images of the batch."),
        "softmax-over-batch": N_("The softmax now runs over the images of the batch. It has to go altogether."),
        "no-gradient": N_(
            "The loss has no gradient: nothing can learn from it. Is there a `no_grad`, `detach` or `item`?"
        ),
        "tensor-asked": Misconception(
            "A number is returned in place of a tensor with a graph.",
            N_("`backward` needs the tensor. `.item()` makes a number of it that remembers nothing."),
        ),
    },
)


@dataclass(frozen=True)
class Batch:
    """A model and a batch of images and labels."""

    model: nn.Module
    x: Tensor
    y: Tensor

    @property
    def logits(self) -> Tensor:
        """The model's logits."""
        logits: Tensor = self.model(self.x)
        return logits


def batch_loss(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """The mean cross-entropy."""
    return F.cross_entropy(model(x), y)


def _binary(batch: Batch) -> Tensor:
    targets = F.one_hot(batch.y, batch.logits.shape[1]).float()
    return F.binary_cross_entropy_with_logits(batch.logits, targets)


RULES: Rules[Batch] = (
    ("softmax-before-loss", lambda b: F.cross_entropy(b.logits.softmax(dim=1), b.y)),
    ("softmax-over-batch", lambda b: F.cross_entropy(b.logits.softmax(dim=0), b.y)),
    ("softmax-over-batch", lambda b: F.cross_entropy(b.logits.log_softmax(dim=0), b.y)),
    ("softmax-over-batch", lambda b: F.nll_loss(b.logits.log_softmax(dim=0), b.y)),
    ("logits-for-log-probabilities", lambda b: F.nll_loss(b.logits, b.y)),
    ("probabilities-for-log-probabilities", lambda b: F.nll_loss(b.logits.softmax(dim=1), b.y)),
    ("loss-changed", _binary),
    ("sum-for-mean", lambda b: F.cross_entropy(b.logits, b.y, reduction="sum")),
)


def _in_words(bound: inspect.BoundArguments) -> str:
    return _("for a batch of {images} images").format(images=len(bound.arguments["y"]))


def _expect_loss(got: object, expected: Tensor, known: tuple[object, ...] = (), *, what: str) -> None:
    if type(got) is float:
        raise Wrong(_("Expected a tensor with one number, but got a float ({what}).").format(what=what), "tensor-asked")
    expect_tensor(got, expected.detach(), known, what=what)  # type: ignore[arg-type]


compared = Compared(exercise, batch_loss, Batch, RULES, expect=_expect_loss, in_words=_in_words)


@compared.step("loss", N_("The mean cross-entropy of the model's logits, as a tensor"))
def _loss(sample: Sample) -> Iterator[Call]:
    for images in (5, 1):
        yield call(*_drawn(sample, images))


@exercise.step("gradient", N_("The loss has its gradient, so a model can learn from it"))
def _gradient(answer: Answer, sample: Sample) -> None:
    model, x, y = _drawn(sample, 4)
    (got, _labels) = (*answer.gradients(model, x, y).arguments, None)[1:3]
    leaf = x.clone().requires_grad_()
    (expected,) = torch.autograd.grad(batch_loss(model, leaf, y), leaf)
    if got is None:
        raise Wrong(_("The loss has no gradient at the images: it does not depend on the model."), "no-gradient")
    if not same_gradient(got, expected):
        raise Wrong(_("The loss is right, but its gradient is not."), "values")


def _drawn(sample: Sample, images: int) -> tuple[nn.Module, Tensor, Tensor]:
    labels = torch.tensor([sample.integer(0, 3) for _image in range(images)])
    return colour_network(sample, 4).eval(), 3 * sample.floats(images, 3, 7, 8), labels
