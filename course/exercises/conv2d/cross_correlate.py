"""Exercise cross-correlate: one kernel slides over one image."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking import by_hand
from course.checking.answer import Answer
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, failures_explained
from course.language import N_
from course.misconceptions import Misconception, Rules, windows

exercise = Exercise(
    "cross-correlate",
    difficulty=2,
    minutes=12,
    hints=(
        N_("First find out how many places the window has, down and across. Then fill one output cell for each place."),
        N_(
            "Two loops, over output rows and output columns. In each turn: slice the window out of the image, multiply it by the kernel, sum."
        ),
        N_(
            "The window of output cell (row, column) is `image[row : row + kernel_height, column : column + kernel_width]`."
        ),
        N_(
            "`output = torch.zeros(image_height - kernel_height + 1, image_width - kernel_width + 1)`, then `output[row, column] = (window * kernel).sum()`."
        ),
    ),
    hidden={
        N_("other images"): N_(
            "Try a kernel that is as large as the image, one of 1×1, and one that is wider than high."
        ),
        N_("by hand"): N_(
            "Use slices, sums and products only: the exercise is to build what the ready-made functions do."
        ),
    },
    misconceptions={
        **windows.MISCONCEPTIONS,
        **by_hand.MISCONCEPTIONS,
        "kernel-flipped:one-axis": N_("The kernel is flipped left to right. In deep learning it is laid on as it is."),
        "kernel-transposed": Misconception(
            "The kernel is transposed.",
            N_("Rows and columns of the kernel are swapped. Which index of yours counts the rows?"),
        ),
        "no-plus-one": N_(
            "One row and one column are missing at the end. How often does a window of 3 fit into 3 cells? What does your formula say?"
        ),
        "height-for-width": N_("The width of your output is worked out from the height. Work out each side by itself."),
        "mean-for-sum": N_("You took the mean of the products. A convolution adds them up."),
        "patch-not-weighted": N_("That is the sum of each window alone: where is the kernel?"),
        "sums-multiplied": N_(
            "You multiplied two sums. Multiply the window by the kernel cell by cell first, then add."
        ),
        "output-transposed": Misconception(
            "Row and column of the output have changed places.",
            N_(
                "The output has 3 rows and 4 columns here, and you write to row 3. Have row and column changed places in one line?"
            ),
        ),
        "loops-past-the-end": Misconception(
            "The loops go over all cells of the image, so the last windows are cut off.",
            N_(
                "At the end of the image your window has fewer cells than the kernel. The loops go over the cells of the output: how many places has the window?"
            ),
        ),
        "chained-slice": Misconception(
            "The window is cut with two slices in a row; the second cuts rows again.",
            N_(
                "Your window has all columns of the image. `image[a:b][c:d]` cuts the rows twice. `image[a:b, c:d]`, with a comma, cuts rows and columns."
            ),
        ),
        "padded-without-asking": Misconception(
            "The image is padded though no padding is asked.",
            N_("Your output is as large as the image. Only windows that lie wholly on the image count here."),
        ),
        "windows-side-by-side": Misconception(
            "The windows lie side by side, as if the stride were the kernel.",
            N_("Your windows lie side by side. A window moves by a single cell, so they overlap."),
        ),
        "windows-wrap-around": Misconception(
            "The windows wrap around the border.",
            N_("Your windows run over the end of the image and start again at its beginning."),
        ),
        "flattened": Misconception(
            "The numbers come as one long row, not as a map.",
            N_(
                "The numbers are in one long row. Lay them out as the places are: one row of the output for each row of places."
            ),
        ),
        "scattered": Misconception(
            "Each pixel is spread over the output, as a transposed convolution does.",
            N_("You spread each pixel over the output. Begin at an output cell and gather its window."),
        ),
    },
)


class Slide(NamedTuple):
    """One kernel (kH, kW) and the image (H, W) that it slides over."""

    image: Tensor
    kernel: Tensor

    def by(self, kernel: Tensor, **settings: Any) -> Tensor:
        """What this kernel gives on the image, with these settings of `F.conv2d`."""
        return F.conv2d(self.image[None, None], kernel[None, None], **settings)[0, 0]

    def right(self) -> Tensor:
        """The right responses."""
        return self.by(self.kernel)

    def windows(self) -> Tensor:
        """The window at each place, of shape (rows, columns, kH, kW)."""
        return self.image.unfold(0, self.kernel.shape[0], 1).unfold(1, self.kernel.shape[1], 1)

    def wrapped(self) -> Tensor:
        """Responses of windows that run over the end of the image and go on at its beginning."""
        tall, wide = self.kernel.shape
        around = F.pad(self.image[None], (0, wide - 1, 0, tall - 1), mode="circular")[0]
        return Slide(around, self.kernel).right()

    def scattered(self) -> Tensor:
        """Each pixel spread over the output."""
        return F.conv_transpose2d(self.image[None, None], self.kernel[None, None])[0, 0]


RULES: Rules[Slide] = (
    ("kernel-flipped", lambda s: s.by(s.kernel.flip(0, 1))),
    ("kernel-flipped:one-axis", lambda s: s.by(s.kernel.flip(1))),
    ("kernel-transposed", lambda s: s.by(s.kernel.T)),
    ("no-plus-one", lambda s: s.right()[:-1, :-1]),
    ("height-for-width", lambda s: s.right()[:, : s.right().shape[0]]),
    ("mean-for-sum", lambda s: s.right() / s.kernel.numel()),
    ("patch-not-weighted", lambda s: s.by(torch.ones_like(s.kernel))),
    ("sums-multiplied", lambda s: s.by(torch.ones_like(s.kernel)) * s.kernel.sum()),
    ("matrix-product", lambda s: (s.windows() @ s.kernel).sum((-2, -1))),
    ("matrix-product", lambda s: (s.windows() @ s.kernel.T).sum((-2, -1))),
    ("padded-without-asking", lambda s: s.by(s.kernel, padding="same")),
    ("windows-side-by-side", lambda s: s.by(s.kernel, stride=s.kernel.shape)),
    ("windows-wrap-around", lambda s: s.wrapped()),
    ("scattered", lambda s: s.scattered()),
    ("flattened", lambda s: s.right().flatten()),
)


def slide(image: Tensor, kernel: Tensor) -> Tensor:
    """The right responses; its arguments bear the names that messages show."""
    return Slide(image, kernel).right()


_WHOLE_ROWS = tuple(
    (f"size of tensor {words} at non-singleton dimension 1", "chained-slice")
    for words in ("a (6) must match the size of tensor b (3)", "a (3) must match the size of tensor b (6)")
)
"""Torch's words when a window has all 6 columns of the first image, and not those of the kernel."""

_CUT_OFF = tuple(
    (f"size of tensor {words} at non-singleton", "loops-past-the-end")
    for words in ("a (2) must match the size of tensor b (3)", "a (3) must match the size of tensor b (2)")
)
"""Torch's words when a window of the first image is cut off at the end of the image."""

_TRANSPOSED = (("index 3 is out of bounds for dimension 0 with size 3", "output-transposed"),)
"""Torch's words when column 3 of the first output is taken for a row."""

compared = Compared(exercise, slide, Slide, RULES, expect=partial(expect_tensor, any_dtype=True))


@exercise.step("by-hand", N_("A tensor comes out, without a ready-made convolution"))
def _by_hand(answer: Answer, sample: Sample) -> None:
    image, kernel = sample.floats(5, 6), sample.floats(3, 3)
    with failures_explained(_WHOLE_ROWS + _CUT_OFF + _TRANSPOSED):
        got = answer(image, kernel)
    if type(got) is not Tensor:
        expect_tensor(got, torch.zeros(3, 4))  # tells what came in place of a tensor
    by_hand.require_by_hand(answer, sample.floats(4, 7), sample.floats(2, 3))


@compared.step("square", N_("The output is right for a square kernel"))
def _square(sample: Sample) -> Iterator[Call]:
    yield call(sample.floats(6, 9), sample.floats(3, 3))


@compared.step("rectangle", N_("The output is right for kernels of other shapes"))
def _rectangle(sample: Sample) -> Iterator[Call]:
    for tall, wide in ((2, 4), (5, 1), (1, 3), (1, 1)):
        yield call(sample.floats(7, 5), sample.floats(tall, wide))
    yield call(sample.floats(4, 3), sample.floats(4, 3))
