"""Exercise projection-block: a residual block whose shortcut has a 1 × 1 convolution where the shape changes."""

from __future__ import annotations

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.exercises.residual.block import projection_spec
from course.exercises.residual.expect_block import (
    MISCONCEPTIONS,
    build_filled,
    expect_block,
    expect_block_gradients,
    expect_training,
)
from course.language import N_

exercise = Exercise(
    "projection-block",
    asks="class",
    difficulty=2,
    minutes=10,
    hints=(
        N_("Write down the shape of the input and the shape that the main path gives. When are they equal?"),
        N_(
            "When `stride != 1 or in_channels != out_channels`, the shortcut is `nn.Conv2d(in_channels, out_channels, 1, stride)`, "
            "otherwise there is nothing to learn: `nn.Identity()` returns its input."
        ),
        N_("The sum is `y + self.shortcut(x)` in both cases. `conv1` and the shortcut have the stride."),
    ),
    hidden={
        N_("other blocks"): N_(
            "Try many channels to few, one channel, a stride of 3, and pictures that are not square."
        ),
        N_("the identity"): N_(
            "With stride 1 and equal channels it is a residual block as before, without more parameters."
        ),
    },
    misconceptions=MISCONCEPTIONS,
)


@exercise.step("parameters", N_("A 1 × 1 convolution where the shape changes"))
def _parameters(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 5), (4, 4, 2), (1, 4), (3, 5, 2), (5, 2)):
        build_filled(answer, projection_spec(*setting), sample)


@exercise.step("not-needed", N_("No 1 × 1 convolution where the shape stays"))
def _not_needed(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 4), (1, 1), (3, 3, 1)):
        build_filled(answer, projection_spec(*setting), sample)


@exercise.step("channels", N_("Stride 1: the right values, the input stays as it was"))
def _channels(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 5), (4, 4), (1, 4), (5, 2)):
        expect_block(answer, projection_spec(*setting), sample)


@exercise.step("stride", N_("Strides: the first 3 × 3 and the shortcut have it"))
def _stride(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 5, 2), (4, 4, 2), (1, 3, 2), (4, 2, 3)):
        expect_block(answer, projection_spec(*setting), sample)


@exercise.step("training", N_("The right values in training mode, and the running statistics move"))
def _training(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 5, 2), (3, 3)):
        expect_training(answer, projection_spec(*setting), sample)


@exercise.step("gradients", N_("Gradients flow through both paths, in both modes"))
def _gradients(answer: Answer, sample: Sample) -> None:
    for setting in ((2, 3, 2), (3, 3)):
        expect_block_gradients(answer, projection_spec(*setting), sample)
