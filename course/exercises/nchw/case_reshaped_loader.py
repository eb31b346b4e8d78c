"""Exercise case-reshaped-loader: a loader that reshapes where it should permute, put right."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.exercises.nchw import layouts
from course.exercises.nchw.layouts import expect_float32, expect_layout, expect_pictures
from course.language import N_

exercise = Exercise(
    "case-reshaped-loader",
    difficulty=2,
    minutes=6,
    hints=(
        N_("Print the shape after each line. Which line names a shape, and which one should name axes?"),
        N_("`np.stack` gives NHWC. From there you have written this function once already in this lesson."),
        N_("Put `.permute(0, 3, 1, 2)` in the place of `.reshape(…)`. The other lines are right."),
    ),
    hidden={
        N_("other folders"): N_(
            "Try one picture, many pictures, square ones, and look at a channel of the result as a picture."
        )
    },
    misconceptions=layouts.MISCONCEPTIONS,
)


@exercise.step("pictures", N_("Every pixel is in its place, in every picture"))
def _pictures(answer: Answer, sample: Sample) -> None:
    images = sample.bytes(sample.integer(2, 4), sample.integer(5, 6), sample.integer(7, 9), 3)
    expect_layout(answer(_as_files(images)), images)


@exercise.step("values", N_("float32 from 0 to 1, as before"))
def _values(answer: Answer, sample: Sample) -> None:
    for images in (sample.bytes(2, 4, 5, 3), 20 + sample.bytes(3, 6, 4, 3) // 3):
        batch = answer(_as_files(images))
        expect_layout(batch, images)
        expect_float32(batch)
        expect_pictures(batch, images)


@exercise.step("sizes", N_("Single pictures and square ones"))
def _sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 4, 6, 3), (1, 3, 3, 3), (5, 6, 6, 3), (3, 3, 5, 3)):
        images = sample.bytes(*shape)
        expect_pictures(answer(_as_files(images)), images)


def _as_files(images: Tensor) -> list[Any]:
    """What reading image files gives: a list of NumPy arrays (H, W, 3)."""
    return [image.numpy().copy() for image in images]
