"""Exercise to-nchw: a loader's uint8 images (N, H, W, C) as a batch that a layer takes."""

from __future__ import annotations

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.exercises.nchw import layouts
from course.exercises.nchw.layouts import expect_float32, expect_layout, expect_pictures
from course.language import N_

exercise = Exercise(
    "to-nchw",
    difficulty=1,
    minutes=8,
    hints=(
        N_("Three things change: the order of the axes, the dtype, the scale. Do them one after the other."),
        N_(
            "`permute` moves axes. Give it one number for each new axis: which old axis goes there? For the old axes N=0, H=1, W=2, C=3 you want N, C, H, W."
        ),
        N_("`images.permute(0, 3, 1, 2)`, then `.to(torch.float32)`, then divide by 255."),
    ),
    hidden={
        N_("other pictures"): N_(
            "Try square pictures, dark pictures, and as many channels as rows. Compare single pixels: out[n, c, h, w] belongs to images[n, h, w, c]."
        )
    },
    misconceptions=layouts.MISCONCEPTIONS,
)


@exercise.step("axes", N_("The axes are N, C, H, W, and every pixel is in its place"))
def _axes(answer: Answer, sample: Sample) -> None:
    images = sample.bytes(sample.integer(2, 4), sample.integer(5, 6), sample.integer(7, 9), 3)
    expect_layout(answer(images), images)


@exercise.step("dtype", N_("The dtype is float32"))
def _dtype(answer: Answer, sample: Sample) -> None:
    expect_float32(answer(sample.bytes(2, 4, 5, 3)))


@exercise.step("range", N_("0 stays 0 and 255 becomes 1, in dark pictures too"))
def _range(answer: Answer, sample: Sample) -> None:
    for images in (sample.bytes(2, 4, 5, 3), 20 + sample.bytes(2, 4, 6, 3) // 3):
        expect_pictures(answer(images), images)


@exercise.step("sizes", N_("Square pictures, single pictures, and any number of channels"))
def _sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 6, 6, 3), (3, 4, 4, 4), (2, 3, 3, 3), (1, 7, 5, 1), (2, 5, 4, 2)):
        images = sample.bytes(*shape)
        expect_pictures(answer(images), images)
