"""Lesson 01: numbers for each channel: channel-means, normalize."""

from __future__ import annotations

from torch import Tensor

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.exercises.nchw.expect import (
    expect_means,
    expect_normalized,
)
from course.language import N_

channel_means = Exercise(
    "channel-means",
    difficulty=1,
    minutes=5,
    hints=(
        N_("One number for each channel must come out: so one axis stays, and three go."),
        N_(
            "`x.mean(dim=(…))` averages over the axes that you name, and these are gone afterwards. Which one must stay?"
        ),
        N_("The channels are axis 1, so average over the axes 0, 2 and 3: `x.mean(dim=(0, 2, 3))`."),
    ),
    hidden={
        N_("other batches"): N_(
            "Try batches where N, C, H and W are equal, and a tensor whose axes were permuted before."
        )
    },
)


@channel_means.step("one-each", N_("One number for each channel"))
def _one_each(answer: Answer, sample: Sample) -> None:
    expect_means(answer, _pictures(sample, 2, 3, 5, 7))


@channel_means.step("sizes", N_("The mean over all images and all pixels, for batches of many shapes"))
def _mean_sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 4, 3, 6), (3, 3, 3, 3), (2, 5, 4, 5), (4, 1, 2, 3), (2, 4, 4, 2)):
        expect_means(answer, _pictures(sample, *shape))
    expect_means(answer, _pictures(sample, 2, 5, 7, 3).permute(0, 3, 1, 2))


def _pictures(sample: Sample, *shape: int) -> Tensor:
    """Values whose images, channels and rows have means of their own."""
    x = sample.floats(*shape)
    for axis in range(3):
        x = x + sample.floats(*(size if axis == at else 1 for at, size in enumerate(shape)))
    return x


normalize = Exercise(
    "normalize",
    difficulty=2,
    minutes=8,
    hints=(
        N_(
            "From each channel its own mean is taken away, then the result is divided by the channel's own std. No loop is needed."
        ),
        N_(
            "Write the shapes above each other, right-aligned: (N, C, H, W) and (C,). Now C stands under W. How many axes of size 1 does `mean` need behind its C?"
        ),
        N_("`mean.view(-1, 1, 1)` has the shape (C, 1, 1). Do the same with std, and write `(x - …) / …`."),
    ),
    hidden={
        N_("other statistics"): N_(
            "Try a tensor with C = W, one with C = N, and a std that is different for each channel."
        )
    },
)


@normalize.step("channels", N_("Each channel is shifted by its own mean and divided by its own std"))
def _own_mean(answer: Answer, sample: Sample) -> None:
    expect_normalized(answer, sample, (2, 3, 5, 7))


@normalize.step("square", N_("So it is when C is equal to N, H or W, too"))
def _square(answer: Answer, sample: Sample) -> None:
    for shape in ((2, 4, 5, 4), (2, 4, 4, 5), (3, 3, 4, 5), (3, 3, 3, 3)):
        expect_normalized(answer, sample, shape)


@normalize.step("sizes", N_("One channel, one image, many channels"))
def _normalize_sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 1, 4, 6), (1, 3, 6, 4), (2, 7, 3, 2)):
        expect_normalized(answer, sample, shape)
