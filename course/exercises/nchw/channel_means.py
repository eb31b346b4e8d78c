"""Exercise channel-means: the mean of each channel of a batch (N, C, H, W)."""

from __future__ import annotations

from torch import Tensor

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, mistakes
from course.exercises.nchw.layouts import for_shape
from course.language import N_
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "channel-means",
    difficulty=1,
    minutes=5,
    hints=(
        N_("The result has one number for each channel, so one axis stays and three go."),
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
    misconceptions={
        "per-image-means": Misconception(
            "Each image gets its own means.",
            N_("Your result has one mean for each channel of each image. Average over the images too."),
        ),
        "shape": N_("The axes in `dim` are those that go. Only the channels, axis 1, may stay."),
        "one-mean-for-all": Misconception(
            "One number is used for all channels.", N_("All channels went into one mean. Which axis must stay?")
        ),
        "last-axis-for-channels": Misconception(
            "The last axis is taken for the channels.",
            N_("That keeps the last axis, the columns. It would be right for NHWC. Where are the channels in NCHW?"),
        ),
        "rows-for-channels": Misconception(
            "The rows are taken for the channels.", N_("That keeps axis 2, the rows. Axes are counted from 0.")
        ),
        "images-for-channels": Misconception(
            "The first axis is taken for the channels.",
            N_("That is one mean for each image. Axes are counted from 0."),
        ),
        "keeps-axes": Misconception(
            "The reduced axes are kept with size 1.",
            N_("The means are right, but they still have four axes. The docstring asks for one."),
        ),
        "reshape-for-permute": N_(
            "`reshape` cuts the numbers in their order: with more than one image, the first row is not the first channel. Bring the channels to the front first, or name the axes to average over."
        ),
        "first-image-only": Misconception(
            "Only the first image counts.", N_("Only the first image went into the means.")
        ),
        "channels-averaged": Misconception(
            "The channels are averaged, and the other axes stay.",
            N_("The axes in `dim` go, and the channels were among them. They must stay, and the other three go."),
        ),
        "sum-for-mean": N_("Those are sums. How many numbers went into each?"),
        "divided-by-part": Misconception(
            "The sum is divided by a part of the number of values.",
            N_("Each sum was divided by the pixels of one image. How many images went into it?"),
        ),
        "divided-by-part:images": N_("Each sum was divided by the number of images. How many pixels are in it?"),
    },
)


RULES: Rules[Tensor] = (
    ("per-image-means", lambda x: x.mean((2, 3))),
    ("one-mean-for-all", lambda x: x.mean()),
    ("last-axis-for-channels", lambda x: x.mean((0, 1, 2))),
    ("rows-for-channels", lambda x: x.mean((0, 1, 3))),
    ("images-for-channels", lambda x: x.mean((1, 2, 3))),
    ("keeps-axes", lambda x: x.mean((0, 2, 3), keepdim=True)),
    ("reshape-for-permute", lambda x: x.reshape(x.shape[1], -1).mean(1)),
    ("first-image-only", lambda x: x[0].mean((1, 2))),
    ("channels-averaged", lambda x: x.mean(1)),
    ("channels-averaged", lambda x: x.mean((0, 1))),
    ("channels-averaged", lambda x: x.mean(1, keepdim=True)),
    ("sum-for-mean", lambda x: x.sum((0, 2, 3))),
    ("divided-by-part", lambda x: x.sum((0, 2, 3)) / x[0, 0].numel()),
    ("divided-by-part:images", lambda x: x.sum((0, 2, 3)) / len(x)),
)


@exercise.step("one-each", N_("One number for each channel"))
def _one_each(answer: Answer, sample: Sample) -> None:
    _expect_means(answer, _pictures(sample, 2, 3, 5, 7))


@exercise.step("sizes", N_("The mean over all images and all pixels, for batches of many shapes"))
def _sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 4, 3, 6), (3, 3, 3, 3), (2, 5, 4, 5), (4, 1, 2, 3), (2, 4, 4, 2)):
        _expect_means(answer, _pictures(sample, *shape))
    _expect_means(answer, _pictures(sample, 2, 5, 7, 3).permute(0, 3, 1, 2))


def _expect_means(answer: Answer, x: Tensor) -> None:
    expect_tensor(answer(x), x.mean((0, 2, 3)), mistakes(RULES, x), what=for_shape(x))


def _pictures(sample: Sample, *shape: int) -> Tensor:
    """Values whose images, channels and rows have means of their own."""
    x = sample.floats(*shape)
    for axis in range(3):
        x = x + sample.floats(*(size if axis == at else 1 for at, size in enumerate(shape)))
    return x
