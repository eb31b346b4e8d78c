"""One kernel slides over one image: lesson 02's first exercises."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import (
    arguments_text,
    expect_no_nan,
    expect_tensor,
)
from course.checking.prediction import Prediction
from course.exercises.conv2d.value_mistakes import (
    one_kernel_mistakes,
    require_by_hand,
)
from course.language import N_, _

places_in_a_row = Prediction(
    "places-in-a-row",
    N_("A row has 7 pixels, and the window covers 3 of them. It moves by one pixel at a time. How many places has it?"),
    lambda: F.conv1d(torch.ones(1, 1, 7), torch.ones(1, 1, 3)).shape[-1],
    N_("The window can begin at the pixels 0, 1, 2, 3 and 4. At 5 it would stick out."),
    {
        N_("7 would need pixels beyond both ends, for a window in the middle of each pixel."): 7,
        N_("4 steps are right, but the window also has a place before its first step."): 4,
        N_("2 windows fit side by side. But the window moves by one pixel, so the places overlap."): 2,
    },
)

flipped_or_not = Prediction(
    "flipped-or-not",
    N_(
        "One pixel is 1, all others are 0. The kernel's rows are (1, 2, 3), (4, 5, 6), (7, 8, 9). What is the first number of the output?"
    ),
    lambda: int(
        F.conv2d(F.pad(torch.ones(1, 1, 1, 1), (2, 2, 2, 2)), torch.arange(1.0, 10.0).reshape(1, 1, 3, 3)).flatten()[0]
    ),
    N_(
        "The first window has the bright pixel in its bottom right corner, where the kernel has its 9. So the kernel itself is not flipped, but the picture of a single dot is."
    ),
    {
        N_(
            "1 would come out if the kernel were flipped, as in the mathematician's convolution. torch does not flip."
        ): 1,
        N_("5 comes out when the window has the dot in its middle. The first window has it in a corner."): 5,
    },
)

cross_correlate = Exercise(
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
        N_("by hand"): N_("Use slices, sums and products only: the exercise is to build what torch's functions do."),
    },
)


@cross_correlate.step("by-hand", N_("A tensor comes out, without torch's convolution functions"))
def _slides_by_hand(answer: Answer, sample: Sample) -> None:
    image, kernel = sample.floats(5, 6), sample.floats(3, 3)
    got = answer(image, kernel)
    if type(got) is not Tensor:
        expect_tensor(got, torch.zeros(3, 4))  # tells what came in place of a tensor
    require_by_hand(answer, (image[:2], kernel), (image.expand(3, -1, -1), kernel), (image > 0, kernel > 0))


@cross_correlate.step("square", N_("The output is right for a square kernel"))
def _square(answer: Answer, sample: Sample) -> None:
    _expect_slid(answer, sample.floats(6, 9), sample.floats(3, 3))


@cross_correlate.step("rectangle", N_("The output is right for kernels of other shapes"))
def _rectangle(answer: Answer, sample: Sample) -> None:
    for tall, wide in ((2, 4), (5, 1), (1, 3), (1, 1)):
        _expect_slid(answer, sample.floats(7, 5), sample.floats(tall, wide))
    _expect_slid(answer, sample.floats(4, 3), sample.floats(4, 3))


def _expect_slid(answer: Answer, image: Tensor, kernel: Tensor) -> None:
    expected = F.conv2d(image[None, None], kernel[None, None])[0, 0]
    what = arguments_text(image=tuple(image.shape), kernel=tuple(kernel.shape))
    expect_tensor(answer(image, kernel), expected, one_kernel_mistakes(image, kernel), what=what, any_dtype=True)


edge_kernel = Exercise(
    "edge-kernel",
    difficulty=1,
    minutes=6,
    hints=(
        N_(
            "At a vertical edge the left of the window differs from its right. Which signs must the left and the right column have?"
        ),
        N_(
            "On a flat area every pixel is the same, so the kernel's numbers must sum to 0. Across a horizontal edge each row is flat by itself."
        ),
        N_(
            "Let each row sum to 0 by itself, for example with −1 on the left and 1 on the right, and write all three rows like that."
        ),
    ),
    hidden={
        N_("pictures"): N_(
            "Show your kernel with `F.conv2d` on pictures of your own: a flat one, and one edge of each kind."
        ),
    },
)


@edge_kernel.step("shape", N_("A (3, 3) tensor of floats comes out"))
def _three_by_three(answer: Answer, sample: Sample) -> None:
    _edge_kernel(answer)


@edge_kernel.step("flat", N_("Flat areas give 0"))
def _silent_on_flat(answer: Answer, sample: Sample) -> None:
    _expect_silent(
        _edge_kernel(answer),
        torch.full((5, 6), 1.0 + sample.integer(0, 3)),
        _("a flat area"),
        "answers-to-flat",
        _("Add up all nine numbers of your kernel. What must the sum be?"),
    )


@edge_kernel.step("vertical", N_("Vertical edges give large numbers"))
def _answers_to_vertical(answer: Answer, sample: Sample) -> None:
    kernel = _edge_kernel(answer)
    across = _response(kernel, _edge(sample.integer(3, 5), 8))
    if float(across.abs().max()) > 1e-2 * float(kernel.abs().sum()) > 0:
        return
    down = _response(kernel, _edge(4, 8).T)
    message = _("Expected a clear answer to a vertical edge from 0 to 1, but the largest number is {got:.4g}.").format(
        got=float(across.abs().max())
    )
    if float(down.abs().max()) > 0:
        raise Wrong(
            message,
            "edge-direction",
            _(
                "Your kernel answers to horizontal edges. A *vertical* edge runs from top to bottom; left and right of it differ."
            ),
        )
    raise Wrong(message, "no-answer", _("Compare the sums of the three columns. Which windows would make them count?"))


@edge_kernel.step("horizontal", N_("Horizontal edges give 0"))
def _silent_on_horizontal(answer: Answer, sample: Sample) -> None:
    _expect_silent(
        _edge_kernel(answer),
        _edge(sample.integer(3, 5), 8).T,
        _("a horizontal edge"),
        "answers-to-both-edges",
        _("Across a horizontal edge each row of the window is flat. Add up each row of your kernel by itself."),
    )


def _edge_kernel(answer: Answer) -> Tensor:
    """The kernel that comes out, once it is a (3, 3) tensor of floats."""
    got = answer()
    if type(got) is Tensor and got.numel() == 9 and got.shape != (3, 3):
        raise Wrong(
            _("Expected the shape (3, 3), but got {got}.").format(got=tuple(got.shape)),
            "shape",
            _("Give the kernel alone; axes for batch and channels are added when it is used."),
        )
    if type(got) is Tensor and not got.is_floating_point():
        raise Wrong(
            _("Expected floats, but got the dtype {got}.").format(got=got.dtype),
            "dtype",
            _("Write 1.0 in place of 1: a tensor of whole numbers cannot be laid on an image of floats."),
        )
    expected = got if type(got) is Tensor and got.shape == (3, 3) else torch.zeros(3, 3)
    expect_tensor(got, expected)
    expect_no_nan(got)
    return got.double()  # type: ignore[no-any-return]


def _edge(column: int, width: int) -> Tensor:
    """An image that is 0 left of the column and 1 from it on: one vertical edge."""
    image = torch.zeros(6, width, dtype=torch.float64)
    image[:, column:] = 1
    return image


def _response(kernel: Tensor, image: Tensor) -> Tensor:
    return F.conv2d(image.double()[None, None], kernel[None, None])[0, 0]


def _expect_silent(kernel: Tensor, image: Tensor, name: str, key: str, advice: str) -> None:
    largest = float(_response(kernel, image).abs().max())
    if not largest <= 1e-4 * float(kernel.abs().sum()):
        raise Wrong(
            _("Expected 0 everywhere on {name}, but your kernel gives {got:.4g} there.").format(name=name, got=largest),
            key,
            advice,
        )
