"""Exercise hunt-scale: a program that hands bytes to a network which was trained on values from 0 to 1."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_int
from course.exercises.cnn.sample_networks import colour_network
from course.language import N_, _
from course.misconceptions import Rules

_NEARLY_BLACK = N_(
    "The network answers as if the photo were black. Are the values divided by 255 twice, or with `//`? Is the photo's own mean subtracted? Print `x`."
)

exercise = Exercise(
    "hunt-scale",
    difficulty=1,
    minutes=3,
    hints=(
        N_(
            "Which test of this lesson looks at what goes in? Print the shape, the dtype, the minimum and the maximum of `x`."
        ),
        N_("The network has learned from values between 0 and 1. Between which values are those of `x`?"),
        N_("White is 255 in the photo and 1 in the training. Divide `x` before the network sees it."),
    ),
    hidden={N_("other photos"): N_("Try dark photos and bright ones, and photos that are not square.")},
    misconceptions={
        "not-scaled": N_("`x` still runs from 0 to 255. The network has learned from values between 0 and 1."),
        "scaled-twice": _NEARLY_BLACK,
        "integer-division": _NEARLY_BLACK,
        "own-statistics": _NEARLY_BLACK,
        "scaled-by-own-maximum": N_(
            "The brightest value of a dark photo is not 255, but it must not become 1. Divide by the same number for each photo."
        ),
        "scaled-to-minus-one": N_("The training images were between 0 and 1, not between −1 and 1."),
        "reshape-for-permute": N_("`permute` was right. The bug is elsewhere."),
        "channels-reversed": N_("The channels were in the right order. The bug is elsewhere."),
        "values": N_(
            "Print the shape, the dtype, the minimum and the maximum of `x`. What do the images look like that the network was trained on?"
        ),
        "type:look": N_("Return an int: `.item()` makes one of a tensor with one number."),
    },
)


@dataclass(frozen=True)
class Photo:
    """A network in evaluation mode and a photo, uint8 (H, W, 3)."""

    model: nn.Module
    photo: Tensor

    def answer(self, change: Callable[[Tensor], Tensor]) -> int:
        """The class when the photo as float32 (1, 3, H, W) in [0, 1] is changed before the network sees it."""
        x = self.photo.permute(2, 0, 1)[None].to(torch.float32) / 255
        with torch.no_grad():
            return int(self.model(change(x)).argmax(dim=1))


def classify(model: nn.Module, photo: Tensor) -> int:
    """The class of the photo."""
    return Photo(model, photo).answer(lambda x: x)


RULES: Rules[Photo] = (
    ("not-scaled", lambda p: p.answer(lambda x: 255 * x)),
    ("scaled-twice", lambda p: p.answer(lambda x: x / 255)),
    ("scaled-by-own-maximum", lambda p: p.answer(lambda x: x / x.max())),
    ("scaled-to-minus-one", lambda p: p.answer(lambda x: 2 * x - 1)),
    ("own-statistics", lambda p: p.answer(lambda x: (x - x.mean()) / x.std())),
    ("integer-division", lambda p: p.answer(lambda x: x.floor())),
    ("reshape-for-permute", lambda p: p.answer(lambda x: x.permute(0, 2, 3, 1).reshape(x.shape))),
    ("channels-reversed", lambda p: p.answer(lambda x: x.flip(1))),
)


def _in_words(bound: inspect.BoundArguments) -> str:
    photo = bound.arguments["photo"]
    return _("for a photo of shape {shape} with values from {low} to {high}").format(
        shape=tuple(photo.shape), low=int(photo.min()), high=int(photo.max())
    )


def _alone(key: str, rule: Callable[[Photo], int]) -> Callable[[Photo], int]:
    """The rule, where no rule with another hint gives the same class; raises ValueError elsewhere."""
    hint = exercise.misconceptions[key]

    def only(photo: Photo) -> int:
        given = rule(photo)
        if any(exercise.misconceptions[other] != hint and more(photo) == given for other, more in RULES):
            raise ValueError("two mistakes give this class")
        return given

    return only


CLEAR_RULES: Rules[Photo] = tuple((key, _alone(key, rule)) for key, rule in RULES)

compared = Compared(exercise, classify, Photo, CLEAR_RULES, expect=expect_int, in_words=_in_words)


@compared.step("class", N_("Names the class that the network was trained to name"))
def _class(sample: Sample) -> Iterator[Call]:
    for height, width in ((12, 12), (9, 14)):
        photo = 255 - sample.bytes(height, width, 3) // 2
        photo[0, 0] = 255
        yield _telling(sample, photo)


@compared.step("dark", N_("Also for dark photos and bright ones"))
def _dark(sample: Sample) -> Iterator[Call]:
    yield _telling(sample, sample.bytes(10, 12, 3) // 3)
    yield _telling(sample, 200 + sample.bytes(10, 12, 3) // 5)


def _telling(sample: Sample, photo: Tensor) -> Call:
    """A network that answers a wrong scale with a class of its own, for as many of the scales as a few draws find."""
    most, best = 0, colour_network(sample, 12).eval()
    for _draw in range(100):
        model = colour_network(sample, 12).eval()
        given = {classify(model, photo), *(rule(Photo(model, photo)) for _key, rule in RULES[:4])}
        if len(given) > most:
            most, best = len(given), model
        if most == (4 if photo.max() == 255 else 5):
            break
    return call(best, photo)
