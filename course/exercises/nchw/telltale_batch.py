"""Exercise telltale-batch: a batch on which every wrong way to NCHW gives another result than the right way."""

from __future__ import annotations

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor
from course.exercises.nchw.layouts import WRONG_LAYOUTS, moved
from course.language import N_, _
from course.misconceptions import Misconception

_COMPARE = N_("Run both ways on your batch and look at the pictures: what makes them equal?")

exercise = Exercise(
    "telltale-batch",
    difficulty=2,
    minutes=6,
    hints=(
        N_("When do two pictures look the same after `reshape` and after `permute`? When all numbers are equal."),
        N_(
            "The picture must not look the same on its side, and its channels must differ. What if nearly all numbers in the batch are different?"
        ),
        N_("Random bytes will do: `torch.randint(0, 256, shape, dtype=torch.uint8)`."),
    ),
    hidden={
        N_("other batches"): N_(
            "Try a batch with one square picture of two channels. Compute each wrong version yourself, and compare with `torch.equal`."
        )
    },
    misconceptions={
        "nchw-for-nhwc": Misconception(
            "The test batch is made as (N, C, H, W).",
            N_("Return the shape that was asked for. It is the loader's: NHWC."),
        ),
        "hides-reshape-for-permute": Misconception(
            "The test batch looks the same after a reshape as after a permute.", _COMPARE
        ),
        "hides-height-width-swapped": Misconception(
            "The test batch looks the same with height and width swapped.", _COMPARE
        ),
        "dtype": N_("With `dtype=torch.uint8`, torch's functions make bytes."),
        "hides-channels-reversed": Misconception("The test batch looks the same with its channels reversed.", _COMPARE),
    },
)

TOLD_APART = {
    "reshape-for-permute": N_("`reshape` in place of `permute`"),
    "height-width-swapped": N_("height and width swapped"),
    "channels-reversed": N_("the channels in reverse order"),
}
"""The wrong layouts that the batch must tell from the right one, in words."""


@exercise.step("shape", N_("A uint8 batch of the shape asked for"))
def _shape(answer: Answer, sample: Sample) -> None:
    n, h, w, c = shape = (sample.integer(1, 3), sample.integer(4, 6), sample.integer(7, 9), sample.integer(2, 4))
    batch = answer(shape)
    came = tuple(batch.shape) if type(batch) is Tensor else None
    known = (Mistake("nchw-for-nhwc", batch),) if came == (n, c, h, w) else ()
    like = batch if came == shape else torch.zeros(shape)
    expect_tensor(batch, like.to(torch.uint8), known)


@exercise.step("tells", N_("Every wrong way to NCHW gives another result on it than the right way"))
def _tells(answer: Answer, sample: Sample) -> None:
    side = sample.integer(4, 6)
    for shape in ((sample.integer(1, 3), side, side, sample.integer(2, 4)), (1, 5, 8, 3)):
        images = answer(shape)
        if type(images) is not Tensor or tuple(images.shape) != shape:
            raise Wrong(
                _("The docstring asks for the shape {shape}, and your batch has another one.").format(shape=shape),
                "shape",
            )
        right = moved(images)
        for key, words in TOLD_APART.items():
            wrong = WRONG_LAYOUTS[key](images)
            if wrong.shape == right.shape and bool(torch.equal(wrong, right)):
                raise Wrong(
                    _("Your batch of shape {shape} cannot tell the right way from this wrong one: {words}.").format(
                        shape=shape, words=_(words)
                    ),
                    f"hides-{key}",
                )
