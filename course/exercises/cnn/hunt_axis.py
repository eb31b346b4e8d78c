"""Exercise hunt-axis: a program whose softmax goes over the images of the batch, so that it is always sure of a single one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, mistakes
from course.exercises.cnn.sample_networks import colour_network
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "hunt-axis",
    difficulty=1,
    minutes=3,
    hints=(
        N_("Print the probabilities of a batch of three images. Along which axis do they add up to 1?"),
        N_("The logits have the shape (N, classes). Which of the two axes do the classes of *one* image lie on?"),
        N_("`dim=0` runs over the images of the batch. The probabilities of one image lie along `dim=1`."),
    ),
    hidden={N_("other batches"): N_("Try a single image, and a batch with as many images as there are classes.")},
    misconceptions={
        "softmax-over-batch": Misconception(
            "The softmax runs over the images of the batch, not over the classes.",
            N_("Add up the probabilities of one image over all classes: is it 1? `dim=0` are the images."),
        ),
        "largest-over-batch": Misconception(
            "The largest value is taken over the images, not over the classes.",
            N_("There is one answer for each image. Over which axis do you look for the largest value?"),
        ),
        "logits-for-probabilities": Misconception(
            "Logits are given as probabilities.", N_("A probability is between 0 and 1: is the softmax gone?")
        ),
        "sigmoid-for-softmax": Misconception(
            "A sigmoid of each logit is taken for the softmax over the classes.",
            N_("A sigmoid looks at one logit alone, so the classes' numbers do not add up to 1. `softmax` was right."),
        ),
        "softmax-twice": Misconception(
            "Probabilities go through one more softmax.", N_("One softmax is enough: two make everything look alike.")
        ),
        "classes-last": Misconception(
            "The two results are in the other order.", N_("First the classes, then the probabilities.")
        ),
        "type:pair": N_("Return two tensors, in this order: classes, probabilities. `return classes, probabilities`."),
    },
)


@dataclass(frozen=True)
class Asked:
    """A network in evaluation mode and images (N, 3, H, W)."""

    model: nn.Module
    x: Tensor

    @property
    def logits(self) -> Tensor:
        """The network's logits, (N, classes)."""
        with torch.no_grad():
            logits: Tensor = self.model(self.x)
        return logits


def most_likely(model: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    """For each image the likeliest class and its probability."""
    largest = Asked(model, x).logits.softmax(dim=1).max(dim=1)
    return largest.indices, largest.values


CLASSES: Rules[Asked] = (
    ("softmax-over-batch", lambda a: a.logits.softmax(dim=0).argmax(dim=1)),
    ("softmax-over-batch", lambda a: a.logits.softmax(dim=0).argmax(dim=0)),
    ("largest-over-batch", lambda a: a.logits.softmax(dim=1).argmax(dim=0)),
    ("largest-over-batch", lambda a: a.logits.argmax() if len(a.x) > 1 else None),
)
"""Other classes."""

PROBABILITIES: Rules[Asked] = (
    ("softmax-over-batch", lambda a: a.logits.softmax(dim=0).amax(dim=1)),
    ("softmax-over-batch", lambda a: a.logits.softmax(dim=0).amax(dim=0)),
    ("softmax-over-batch", lambda a: _at_largest(a.logits, lambda logits: logits.softmax(dim=0))),
    ("largest-over-batch", lambda a: a.logits.softmax(dim=1).amax(dim=0)),
    ("largest-over-batch", lambda a: a.logits.softmax(dim=1).max() if len(a.x) > 1 else None),
    ("logits-for-probabilities", lambda a: a.logits.amax(dim=1)),
    ("sigmoid-for-softmax", lambda a: a.logits.sigmoid().amax(dim=1)),
    ("softmax-twice", lambda a: a.logits.softmax(dim=1).softmax(dim=1).amax(dim=1)),
)
"""Other probabilities."""


@exercise.step("classes", N_("For each image the class with the largest logit"))
def _classes(answer: Answer, sample: Sample) -> None:
    _expect_both(answer, *_telling(sample, 7, 5))


@exercise.step("one-image", N_("One image alone is as sure as it is in a batch"))
def _one_image(answer: Answer, sample: Sample) -> None:
    model, x = _telling(sample, 4, 5)
    for image in x[:2]:
        _expect_both(answer, model, image[None])


@exercise.step("square", N_("Also for as many images as there are classes"))
def _square(answer: Answer, sample: Sample) -> None:
    _expect_both(answer, *_telling(sample, 5, 5))


def _expect_both(answer: Answer, model: nn.Module, x: Tensor) -> None:
    got = answer(model, x)
    classes, probabilities = _pair(got)
    run, (right, sure) = Asked(model, x), most_likely(model, x)
    what = _("for {images} images and {classes} classes").format(images=len(x), classes=run.logits.shape[1])
    dtypes = [part.dtype for part in (classes, probabilities) if type(part) is Tensor]
    if dtypes == [torch.float32, torch.int64]:
        raise Wrong(
            _("The first tensor holds probabilities, the second one classes ({what}).").format(what=what),
            "classes-last",
        )
    expect_tensor(classes, right, mistakes(CLASSES, run), what=what)
    expect_tensor(probabilities, sure, mistakes(PROBABILITIES, run), what=what)


def _pair(got: Any) -> tuple[Any, Any]:
    if type(got) in (tuple, list) and len(got) == 2:
        return got[0], got[1]
    if got is None:
        raise Wrong(_("Expected two tensors, but your code returned None."), "missing-return")
    count = (
        _("{count} values").format(count=len(got)) if type(got) in (tuple, list) else Answer(got).describe().type_name
    )
    raise Wrong(_("Expected two tensors, but got {got}.").format(got=count), "type:pair")


def _telling(sample: Sample, images: int, classes: int) -> tuple[nn.Module, Tensor]:
    """A network and images for which a softmax over the batch gives another class to one of them."""
    for _draw in range(100):
        model, x = colour_network(sample, classes).eval(), 2 * sample.floats(images, 3, 8, 9)
        logits = Asked(model, x).logits
        if not torch.equal(logits.softmax(dim=0).argmax(dim=1), logits.argmax(dim=1)):
            break
    return model, x


def _at_largest(logits: Tensor, probabilities: Callable[[Tensor], Tensor]) -> Tensor:
    """The probability, by this function, of the class with the largest logit."""
    return probabilities(logits)[torch.arange(len(logits)), logits.argmax(dim=1)]
