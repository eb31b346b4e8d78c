"""Exercise normalize: each channel of a batch (N, C, H, W) minus its own mean, divided by its own standard deviation."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, mistakes
from course.exercises.nchw.layouts import for_shape
from course.language import N_
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "normalize",
    difficulty=2,
    minutes=8,
    hints=(
        N_("Subtract each channel's own mean, then divide by the channel's own std. No loop is needed."),
        N_(
            "Write the shapes above each other, right-aligned: (N, C, H, W) and (C,). Now C is under W. How many axes of size 1 does `mean` need after its C?"
        ),
        N_("`mean.view(-1, 1, 1)` has the shape (C, 1, 1). Do the same with std, and write `(x - …) / …`."),
    ),
    hidden={
        N_("other statistics"): N_(
            "Try a tensor with C = W, one with C = N, and a std that is different for each channel."
        )
    },
    misconceptions={
        "broadcast-last-axis": Misconception(
            "The statistics are broadcast along the last axis.",
            N_(
                "`mean` has one axis, and broadcasting lines shapes up from the right: it met the columns, not the channels. Give it axes of size 1 so that it is under axis 1."
            ),
        ),
        "broadcast-rows": Misconception(
            "The statistics are broadcast along the rows.",
            N_("Your mean has two axes, so it met the rows. The channels are the third axis from the right."),
        ),
        "broadcast-images": Misconception(
            "The statistics are broadcast along the images.",
            N_("Your mean met axis 0, the images. The channels are axis 1."),
        ),
        "reshape-for-permute": N_(
            "To bring the channels to the end, the axes must move; `reshape` only cuts anew. It is simpler to give `mean` more axes."
        ),
        "precedence": Misconception(
            "Without parentheses only the mean is divided.",
            N_("`/` comes before `-`: put parentheses around the difference."),
        ),
        "divided-first": Misconception(
            "The division comes before the subtraction.", N_("Subtract the mean first, then divide.")
        ),
        "not-divided": Misconception(
            "There is no division by the deviation.", N_("The mean is subtracted. What about `std`?")
        ),
        "not-centred": Misconception(
            "The mean is not subtracted.", N_("The values are divided by `std`. What about `mean`?")
        ),
        "mean-added": Misconception("The mean is added, not subtracted.", N_("The mean is added. Subtract it.")),
        "multiplied-by-std": Misconception(
            "The values are multiplied by the deviation.",
            N_("You multiplied by `std`. Divide, so that all channels spread equally far."),
        ),
        "variance-for-std": Misconception(
            "The variance is taken for the deviation, or the other way round.",
            N_("You divided by the square of `std`."),
        ),
        "variance-for-std:root": N_("You divided by the square root of `std`. `std` is a square root already."),
        "own-statistics": Misconception(
            "The batch's own statistics are used in place of those that were given.",
            N_("You used the mean and the spread of this very batch. Use the `mean` and `std` that were given."),
        ),
        "one-mean-for-all": N_("All channels got the same numbers. Each has its own mean and its own std."),
    },
)


class Normalization(NamedTuple):
    """A batch (N, C, H, W), and the mean and the standard deviation of each channel, of shape (C,)."""

    x: Tensor
    mean: Tensor
    std: Tensor

    @property
    def m(self) -> Tensor:
        """The mean with axes that stand under the channels."""
        return self.mean.view(-1, 1, 1)

    @property
    def s(self) -> Tensor:
        """The standard deviation with axes that stand under the channels."""
        return self.std.view(-1, 1, 1)


def _reshaped(n: Normalization) -> Tensor:
    images, channels, height, width = n.x.shape
    return ((n.x.reshape(images, height, width, channels) - n.mean) / n.std).reshape(n.x.shape)


def _by_own_statistics(n: Normalization) -> Tensor:
    return (n.x - n.x.mean((0, 2, 3), keepdim=True)) / n.x.std((0, 2, 3), keepdim=True)


RULES: Rules[Normalization] = (
    ("broadcast-last-axis", lambda n: (n.x - n.mean) / n.std),
    ("broadcast-rows", lambda n: (n.x - n.mean.view(-1, 1)) / n.std.view(-1, 1)),
    ("broadcast-images", lambda n: (n.x - n.mean.view(-1, 1, 1, 1)) / n.std.view(-1, 1, 1, 1)),
    ("reshape-for-permute", _reshaped),
    ("precedence", lambda n: n.x - n.m / n.s),
    ("divided-first", lambda n: n.x / n.s - n.m),
    ("not-divided", lambda n: n.x - n.m),
    ("not-centred", lambda n: n.x / n.s),
    ("mean-added", lambda n: (n.x + n.m) / n.s),
    ("multiplied-by-std", lambda n: (n.x - n.m) * n.s),
    ("variance-for-std", lambda n: (n.x - n.m) / n.s**2),
    ("variance-for-std:root", lambda n: (n.x - n.m) / n.s.sqrt()),
    ("own-statistics", _by_own_statistics),
    ("one-mean-for-all", lambda n: (n.x - n.mean.mean()) / n.std.mean()),
)


@exercise.step("channels", N_("Each channel is shifted by its own mean and divided by its own std"))
def _channels(answer: Answer, sample: Sample) -> None:
    _expect_normalized(answer, sample, (2, 3, 5, 7))


@exercise.step("square", N_("The same when C is equal to N, H or W"))
def _square(answer: Answer, sample: Sample) -> None:
    for shape in ((2, 4, 5, 4), (2, 4, 4, 5), (3, 3, 4, 5), (3, 3, 3, 3)):
        _expect_normalized(answer, sample, shape)


@exercise.step("sizes", N_("One channel, one image, many channels"))
def _sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 1, 4, 6), (1, 3, 6, 4), (2, 7, 3, 2)):
        _expect_normalized(answer, sample, shape)


def _expect_normalized(answer: Answer, sample: Sample, shape: tuple[int, ...]) -> None:
    x, mean, std = sample.floats(*shape), sample.floats(shape[1]), 0.3 + 2 * sample.floats(shape[1]).abs()
    n = Normalization(x, mean, std)
    expect_tensor(answer(x, mean, std), (x - n.m) / n.s, mistakes(RULES, n), what=for_shape(x))
