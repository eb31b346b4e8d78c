"""Exercise edge-kernel: a kernel that finds vertical edges only."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_no_nan, expect_tensor
from course.language import N_, _
from course.misconceptions import Misconception

exercise = Exercise(
    "edge-kernel",
    difficulty=1,
    minutes=5,
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
    misconceptions={
        "answers-to-flat": Misconception(
            "The kernel responds to flat areas: its sum is not 0.",
            N_("Add up all nine numbers of your kernel. What must the sum be?"),
        ),
        "no-answer": Misconception(
            "The kernel does not respond to a vertical edge.",
            N_("Compare the sums of the three columns. Which windows would make them count?"),
        ),
        "answers-to-both-edges": Misconception(
            "The kernel responds to horizontal edges too.",
            N_("Across a horizontal edge each row of the window is flat. Add up each row of your kernel by itself."),
        ),
        "edge-direction": Misconception(
            "The kernel responds to horizontal edges instead of vertical ones.",
            N_(
                "Your kernel responds to horizontal edges. A *vertical* edge runs from top to bottom; left and right of it differ."
            ),
        ),
        "shape:alone": N_("Give the kernel alone; axes for batch and channels are added when it is used."),
        "dtype": N_("Write 1.0 in place of 1: a tensor of whole numbers cannot be laid on an image of floats."),
    },
)


@exercise.step("shape", N_("A (3, 3) tensor of floats comes out"))
def _shape(answer: Answer, sample: Sample) -> None:
    _kernel(answer)


@exercise.step("flat", N_("Flat areas give 0"))
def _flat(answer: Answer, sample: Sample) -> None:
    flat = torch.full((5, 6), 1.0 + sample.integer(0, 3))
    _expect_silent(_kernel(answer), flat, _("a flat area"), "answers-to-flat")


@exercise.step("vertical", N_("Vertical edges give large numbers"))
def _vertical(answer: Answer, sample: Sample) -> None:
    kernel = _kernel(answer)
    largest = _largest_response(kernel, _edge(sample.integer(3, 5), 8))
    if largest > 1e-2 * float(kernel.abs().sum()) > 0:
        return
    raise Wrong(
        _("Expected a clear response to a vertical edge from 0 to 1, but the largest number is {got:.4g}.").format(
            got=largest
        ),
        "edge-direction" if _largest_response(kernel, _edge(4, 8).T) > 0 else "no-answer",
    )


@exercise.step("horizontal", N_("Horizontal edges give 0"))
def _horizontal(answer: Answer, sample: Sample) -> None:
    edge = _edge(sample.integer(3, 5), 8).T
    _expect_silent(_kernel(answer), edge, _("a horizontal edge"), "answers-to-both-edges")


def _kernel(answer: Answer) -> Tensor:
    """The kernel that comes out, once it is a (3, 3) tensor of floats."""
    got = answer()
    if type(got) is Tensor and got.numel() == 9 and got.shape != (3, 3):
        raise Wrong(_("Expected the shape (3, 3), but got {got}.").format(got=tuple(got.shape)), "shape:alone")
    if type(got) is Tensor and not got.is_floating_point():
        raise Wrong(_("Expected floats, but got the dtype {got}.").format(got=got.dtype), "dtype")
    expected = got if type(got) is Tensor and got.shape == (3, 3) else torch.zeros(3, 3)
    expect_tensor(got, expected)
    expect_no_nan(got)
    return got.double()  # type: ignore[no-any-return]


def _edge(column: int, width: int) -> Tensor:
    """An image that is 0 left of the column and 1 from it on: one vertical edge."""
    image = torch.zeros(6, width, dtype=torch.float64)
    image[:, column:] = 1
    return image


def _largest_response(kernel: Tensor, image: Tensor) -> float:
    return float(F.conv2d(image.double()[None, None], kernel[None, None]).abs().max())


def _expect_silent(kernel: Tensor, image: Tensor, name: str, key: str) -> None:
    largest = _largest_response(kernel, image)
    if not largest <= 1e-4 * float(kernel.abs().sum()):
        raise Wrong(
            _("Expected 0 everywhere on {name}, but your kernel gives {got:.4g} there.").format(name=name, got=largest),
            key,
        )
