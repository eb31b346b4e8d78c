"""Exercise case-wrapped-bytes: the left column minus the right one, in numbers that can be negative."""

from __future__ import annotations

import torch
from torch import Tensor

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, mistakes
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "case-wrapped-bytes",
    difficulty=1,
    minutes=4,
    hints=(
        N_("Which line makes a negative number? Which dtype does it have at that moment?"),
        N_("A number that has wrapped around cannot be rescued later. Change the dtype before the subtraction."),
        N_("Begin with `patch = patch.float()`, then subtract and sum as before."),
    ),
    hidden={N_("other patches"): N_("Try a patch of two columns, one row, and values at both ends of 0 to 255.")},
    misconceptions={
        "wraps-around": Misconception(
            "Bytes are subtracted or added as bytes, and wrap around at 0 and 256.",
            N_("uint8 cannot hold a negative number. Which dtype do the columns have when you subtract?"),
        ),
        "wraps-around:int8": N_(
            "int8 holds −128 to 127, so brighter pixels wrap around too. float32 holds them all, and their differences."
        ),
        "halves-for-columns": Misconception(
            "The halves of the patch are compared, not its two outermost columns.",
            N_("Those are the left and the right half. Only the first and the last column count."),
        ),
        "sides-swapped": Misconception(
            "The two sides are taken for one another.",
            N_("The sign is wrong: subtract the right column from the left one."),
        ),
        "absolute-difference": Misconception(
            "The difference is taken without its sign.", N_("Keep the sign: it tells which side is brighter.")
        ),
        "first-row-only": Misconception(
            "Only the first row is used.", N_("That is the first row alone. Add up the differences of all rows.")
        ),
        "mean-for-sum": N_("That is the mean over the rows. The docstring asks for the sum."),
        "dtype": N_("Which dtype do the columns have when you subtract? `.float()` makes them float32."),
        "rows-for-columns": Misconception(
            "The top and the bottom row are taken for the left and the right column.",
            N_("Those are the top row and the bottom row. `patch[:, 0]` is the left column: all rows of column 0."),
        ),
        "fixed-column": Misconception(
            "A fixed column is taken for the last one.",
            N_("The right column is the last one, whatever the width. Which index counts from the end?"),
        ),
    },
)


def difference(patch: Tensor) -> Tensor:
    """The left column minus the right one, row by row, in the dtype of the patch."""
    return patch[:, 0] - patch[:, -1]


def _of_halves(patch: Tensor) -> Tensor:
    half = patch.shape[1] // 2
    return patch[:, :half].float().sum() - patch[:, half:].float().sum()


RULES: Rules[Tensor] = (
    ("wraps-around", lambda patch: difference(patch).float().sum()),
    ("wraps-around:int8", lambda patch: difference(patch.to(torch.int8)).float().sum()),
    ("halves-for-columns", _of_halves),
    ("sides-swapped", lambda patch: -difference(patch.float()).sum()),
    ("absolute-difference", lambda patch: difference(patch.float()).abs().sum()),
    ("mean-for-sum", lambda patch: difference(patch.float()).mean()),
    ("first-row-only", lambda patch: difference(patch.float())[0]),
    ("rows-for-columns", lambda patch: difference(patch.float().T).sum()),
    ("rows-for-columns", lambda patch: -difference(patch.float().T).sum()),
    ("fixed-column", lambda patch: (patch[:, 0].float() - patch[:, 1].float()).sum()),
    ("fixed-column", lambda patch: (patch[:, 0].float() - patch[:, 2].float()).sum()),
)


@exercise.step("dtype", N_("A single float32 value comes out"))
def _dtype(answer: Answer, sample: Sample) -> None:
    patch = torch.full((3, 4), sample.integer(0, 255), dtype=torch.uint8)
    expect_tensor(answer(patch), torch.tensor(0.0))


@exercise.step("sign", N_("A darker left column gives a negative number"))
def _sign(answer: Answer, sample: Sample) -> None:
    patch = sample.bytes(sample.integer(2, 6), sample.integer(2, 6))
    what = _("for a uint8 patch of shape {shape}").format(shape=tuple(patch.shape))
    expect_tensor(answer(patch), difference(patch.float()).sum(), mistakes(RULES, patch), what=what)
