"""Exercise case-even-kernel: a blur that keeps a picture's size, and its place, for even kernels too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, failures_explained, mistakes
from course.language import N_, _
from course.misconceptions import Misconception, Rules, paddings

exercise = Exercise(
    "case-even-kernel",
    difficulty=1,
    minutes=6,
    hints=(
        N_("How many zeros in all keep the size for kernel = 4? How many does `kernel // 2` on both sides give?"),
        N_(
            "One number for both sides cannot do it. Pad first with `F.pad`, which takes the sides one by one, then blur without padding. "
            "Your same_padding has the numbers."
        ),
        N_("`before, after = (kernel - 1) // 2, kernel // 2`, and `F.pad(x, (before, after, before, after))`."),
    ),
    hidden={N_("other pictures"): N_("Try kernels of 1, 2 and 6, and a picture that is wider than high.")},
    misconceptions={
        **paddings.MISCONCEPTIONS,
        "extra-cell-before": N_(
            "The size is right, and the picture has moved: the extra zero is before the first row and column. "
            "Cropping at the end does that. On which side does torch put it?"
        ),
        "channels-mixed": N_(
            "Every channel of your result has something of all channels: an ordinary convolution sums over them. Blur each channel by itself: `x.reshape(N * C, 1, H, W)` makes an image of each."
        ),
        "channels-not-grouped": N_(
            "The kernel has one input channel, and the picture has more. Blur each channel by itself: `x.reshape(N * C, 1, H, W)` makes an image of each."
        ),
        "max-for-mean": Misconception(
            "The largest value of each window is taken for the mean.",
            N_("That is the largest value of each window. A blur is its mean."),
        ),
        "stride-of-pooling": Misconception(
            "The pooling moves by its own size.",
            N_("Your window moves by its own size. Here it moves one cell at a time: `stride=1`."),
        ),
        "sum-for-mean": N_("That is the sum of each window. Divide it by the number of its pixels."),
        "border-not-zero:zeros-count": N_(
            "At the border you divide by the pixels that are inside. Here the zeros count as pixels."
        ),
    },
)


@dataclass(frozen=True)
class Blur:
    """A picture (N, C, H, W), and the kernel whose window's mean is taken."""

    x: Tensor
    kernel: int

    def padded(self, rows: paddings.Sides, mode: str = "constant") -> Tensor:
        """The mean of each window, with this padding on both axes."""
        return F.avg_pool2d(F.pad(self.x, (*rows, *rows), mode=mode), self.kernel, stride=1)

    def by(self, pool: Callable[..., Tensor], stride: int = 1) -> Tensor:
        """What this pooling gives with the right padding."""
        return pool(F.pad(self.x, arithmetic.same_padding(self.kernel) * 2), self.kernel, stride)

    def right(self) -> Tensor:
        """The right picture."""
        return self.padded(arithmetic.same_padding(self.kernel))


RULES: Rules[Blur] = (
    ("half-even-kernel", lambda n: n.padded(paddings.half(n.kernel))),
    ("extra-cell-before", lambda n: n.padded(paddings.odd_cell_before(n.kernel))),
    ("extra-cell-dropped", lambda n: n.padded(paddings.odd_cell_dropped(n.kernel))),
    ("padding-ignored", lambda n: n.padded((0, 0))),
    ("sum-for-mean", lambda n: n.right() * n.kernel**2),
    ("channels-mixed", lambda n: n.right().sum(1, keepdim=True).expand_as(n.x)),
    ("channels-mixed", lambda n: n.right().mean(1, keepdim=True).expand_as(n.x)),
    ("channels-mixed", lambda n: n.right().sum(1, keepdim=True)),
    ("max-for-mean", lambda n: n.by(F.max_pool2d)),
    ("stride-of-pooling", lambda n: n.by(F.avg_pool2d, n.kernel)),
    ("border-not-zero:zeros-count", lambda n: n.right() / Blur(torch.ones_like(n.x), n.kernel).right()),
    ("border-not-zero", lambda n: n.padded(arithmetic.same_padding(n.kernel), mode="replicate")),
)


@exercise.step("size", N_("A picture of the same size comes out"))
def _size(answer: Answer, sample: Sample) -> None:
    _expect_blur(answer, sample, 3)


@exercise.step("even", N_("Even kernels: the size stays, and the picture does not move"))
def _even(answer: Answer, sample: Sample) -> None:
    for kernel in (4, 2, 6):
        _expect_blur(answer, sample, kernel)


@exercise.step("odd", N_("Odd kernels are right, as before"))
def _odd(answer: Answer, sample: Sample) -> None:
    for kernel in (1, 5, 7):
        _expect_blur(answer, sample, kernel)


def _expect_blur(answer: Answer, sample: Sample, kernel: int) -> None:
    """Expect the blurred picture, of the same size and in the same place."""
    x = sample.floats(sample.integer(1, 3), sample.integer(1, 4), sample.integer(7, 11), sample.integer(7, 11))
    what = _("for an input of shape {shape}, kernel={kernel}").format(shape=tuple(x.shape), kernel=kernel)
    blur = Blur(x, kernel)
    with failures_explained((("Given groups=1", "channels-not-grouped"),), what):
        got = answer(x, kernel)
    expect_tensor(got, blur.right(), mistakes(RULES, blur), what=what)
