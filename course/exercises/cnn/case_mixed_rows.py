"""Exercise case-mixed-rows: a `view` that mixes the images of a batch; one row for each image, or a loud error."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_error, expect_tensor
from course.checking.world import Failure
from course.language import N_, _
from course.misconceptions import Misconception, Rules

_ORDER = N_("The numbers of one image stay in the order channels, rows, columns: no axis changes its place.")

exercise = Exercise(
    "case-mixed-rows",
    difficulty=1,
    minutes=5,
    hints=(
        N_("Which axis of x must come out unchanged, whatever happens? Write that one down first."),
        N_("`x.flatten(1)` keeps the batch and joins the rest. Then compare its width with `in_features`."),
        N_('`if rows.shape[1] != in_features: raise ValueError(f"…")`, with both numbers in the sentence.'),
    ),
    hidden={
        N_("one row per image"): N_(
            "Try batches where the total fits and the rows do not, and maps in another order in memory."
        )
    },
    misconceptions={
        "flattened-batch": Misconception(
            "The batch is flattened too.", N_("The batch is not flattened: start with axis 1.")
        ),
        "channels-last": _ORDER,
        "reshape-for-permute": _ORDER,
        "not-flattened": Misconception(
            "The maps are not flattened before the linear layer.",
            N_("The result has one row for each image: two axes."),
        ),
        "rows-mixed": Misconception(
            "view with another number of features mixes the samples of a batch.",
            N_("`-1` lets torch choose the number of rows. Fix the number of rows, and ask how wide they are."),
        ),
        "no-error:rows": N_(
            "Whether cut, filled up or as they are: such rows do not fit the next layer. Say so with a ValueError."
        ),
    },
)


@dataclass(frozen=True)
class Maps:
    """Maps of shape (N, C, H, W), and how many numbers a row of the next layer has."""

    x: Tensor
    in_features: int


RULES: Rules[Maps] = (
    ("flattened-batch", lambda m: m.x.flatten()),
    ("channels-last", lambda m: m.x.permute(0, 2, 3, 1).flatten(1)),
    ("reshape-for-permute", lambda m: m.x.reshape(m.in_features, len(m.x)).T),
    ("not-flattened", lambda m: m.x),
)


def rows(x: Tensor, in_features: int) -> Tensor:
    """The rows, where the maps fit."""
    return x.flatten(1)


def _in_words(bound: inspect.BoundArguments) -> str:
    x, in_features = bound.args
    return _("for maps of shape {shape}, in_features={fits}").format(shape=tuple(x.shape), fits=in_features)


compared = Compared(exercise, rows, Maps, RULES, expect=expect_tensor, in_words=_in_words)


def _that_fit(x: Tensor) -> Call:
    return call(x, prod(x.shape[1:]))


@compared.step("rows", N_("One row for each image, its numbers in order"))
def _rows(sample: Sample) -> Iterator[Call]:
    yield _that_fit(sample.floats(sample.integer(2, 4), 6, 3, 5))
    yield _that_fit(sample.floats(1, 4, 2, 7))


@exercise.step("loud", N_("A ValueError where the maps do not fit, for every batch"))
def _loud(answer: Answer, sample: Sample) -> None:
    for images in (sample.integer(2, 6), 1):
        _expect_refusal(answer, sample.floats(images, 8, 3, 3), 8 * 7 * 7)


@exercise.step("mixed", N_("A ValueError also where the numbers of all images together would fit"))
def _mixed(answer: Answer, sample: Sample) -> None:
    _expect_refusal(answer, sample.floats(49, 8, 3, 3), 8 * 7 * 7)
    _expect_refusal(answer, sample.floats(6, 4, 3, 5), 2 * 4 * 3 * 5)
    _expect_refusal(answer, sample.floats(3, 4, 6, 2), 4 * 6)


@compared.step("any-memory", N_("Maps in any order in memory"))
def _any_memory(sample: Sample) -> Iterator[Call]:
    maps = sample.floats(3, 4, 5, 6)
    yield _that_fit(maps.to(memory_format=torch.channels_last))
    yield _that_fit(maps.transpose(1, 3))


def _expect_refusal(answer: Answer, x: Tensor, in_features: int) -> None:
    what = _("maps of shape {shape} and in_features={in_features}").format(
        shape=tuple(x.shape), in_features=in_features
    )
    try:
        got = answer(x, in_features)
    except Failure:
        got = None
    if type(got) is Tensor and got.ndim == 2:
        images, rows = len(x), got.shape[0]
        if rows != images:
            raise Wrong(
                _("{images} images went in, and {rows} rows came out, without an error ({what}).").format(
                    images=images, rows=rows, what=what
                ),
                "rows-mixed",
            )
        message = (
            _("Each image makes {count} numbers, and in_features is another number, but no error was raised ({what}).")
            if got.shape[1] == x[0].numel()
            else _("Each image makes {count} numbers, but your rows have {width} ({what}).")
        )
        raise Wrong(message.format(count=x[0].numel(), width=got.shape[1], what=what), "no-error:rows")
    expect_error(answer, "ValueError", x, in_features, what=what)
