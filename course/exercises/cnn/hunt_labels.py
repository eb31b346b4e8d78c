"""Exercise hunt-labels: a program that shuffles images and labels, each in an order of its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.language import N_, _
from course.misconceptions import Misconception

exercise = Exercise(
    "hunt-labels",
    difficulty=1,
    minutes=3,
    hints=(
        N_("Plot a few images with their labels, before the shuffle and after it."),
        N_("How many orders does the program draw? How many should there be?"),
        N_("Draw `order` once, with `torch.randperm`, and index both tensors with it."),
    ),
    hidden={N_("pairs"): N_("Number the images, give each the same number as its label, and compare after the call.")},
    misconceptions={
        "pairs-broken": Misconception(
            "Images and labels are shuffled apart.",
            N_("Image 0 and label 0 must go to the same place. Draw one order, and use it twice."),
        ),
        "not-shuffled": Misconception(
            "The order is not shuffled any more.", N_("The order must be a new one: `torch.randperm` draws it.")
        ),
        "same-order-always": Misconception(
            "Each call gives the same order.",
            N_(
                "A seed set inside the function makes every order the same, and so does sorting. Draw the order anew in each call."
            ),
        ),
        "drawn-with-repeats": Misconception(
            "Images are drawn with repeats, so some are missing.",
            N_("Each image must be there once. `torch.randint` draws some twice; `torch.randperm` does not."),
        ),
        "shape": N_("All images and all labels come back. Is the order that you draw as long as the batch?"),
        "labels-changed": Misconception(
            "There are other labels than before.", N_("The labels only change places; their number and values stay.")
        ),
        "type:pair": N_("Return two tensors, in this order: images, labels. `return images, labels`."),
    },
)

_IMAGES = 40
"""So many that no two orders are the same by chance."""


@exercise.step("all-there", N_("Each image is there once, as it was"))
def _all_there(answer: Answer, sample: Sample) -> None:
    images, labels = _numbered(sample)
    shuffled, _labels = _shuffled(answer, images, labels)
    if sorted(_numbers(shuffled)) != list(range(_IMAGES)):
        missing = _IMAGES - len(set(_numbers(shuffled)) & set(range(_IMAGES)))
        raise Wrong(
            _("{missing} of {count} images are missing after the call.").format(missing=missing, count=_IMAGES),
            "drawn-with-repeats",
        )
    if not torch.equal(shuffled, images[_numbers(shuffled)]):
        raise Wrong(_("The images hold other values than before."), "values")


@exercise.step("pairs", N_("Each image still has its own label"))
def _pairs(answer: Answer, sample: Sample) -> None:
    images, labels = _numbered(sample)
    shuffled, moved = _shuffled(answer, images, labels)
    if sorted(moved.tolist()) != sorted(labels.tolist()):
        raise Wrong(_("The labels are others than before the call."), "labels-changed")
    apart = int((labels[_numbers(shuffled)] != moved).sum())
    if apart:
        raise Wrong(
            _("{apart} of {count} images have the label of another image.").format(apart=apart, count=_IMAGES),
            "pairs-broken",
        )


@exercise.step("new-order", N_("In a new order, another one in each call"))
def _new_order(answer: Answer, sample: Sample) -> None:
    images, labels = _numbered(sample)
    first, second = (_numbers(_shuffled(answer, images, labels)[0]) for _call in range(2))
    if first == list(range(_IMAGES)):
        raise Wrong(_("The images are in the order that they came in."), "not-shuffled")
    if first == second:
        raise Wrong(_("Two calls gave the same order."), "same-order-always")


def _numbered(sample: Sample) -> tuple[Tensor, Tensor]:
    """Images whose first pixel is their number, and labels that tell neighbours apart."""
    images = sample.floats(_IMAGES, 1, 2, 3)
    images[:, 0, 0, 0] = torch.arange(float(_IMAGES))
    first = sample.integer(0, 6)
    return images, (torch.arange(_IMAGES) * 3 + first) % 7


def _numbers(images: Tensor) -> list[int]:
    return [int(number) for number in images[:, 0, 0, 0].tolist()]


def _shuffled(answer: Answer, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    got: Any = answer(images, labels)
    if got is None:
        raise Wrong(_("Expected two tensors, but your code returned None."), "missing-return")
    if type(got) not in (tuple, list) or len(got) != 2 or not all(type(part) is Tensor for part in got):
        raise Wrong(_("Expected two tensors, images and labels."), "type:pair")
    for part, before in zip(got, (images, labels), strict=True):
        if part.shape != before.shape:
            raise Wrong(
                _("Expected the shape {expected}, but got {got}.").format(
                    expected=tuple(before.shape), got=tuple(part.shape)
                ),
                "shape",
            )
        if part.dtype != before.dtype:
            raise Wrong(
                _("Expected the dtype {expected}, but got {got}.").format(expected=before.dtype, got=part.dtype),
                "dtype",
            )
    return got[0], got[1]
