"""Exercise bottleneck: a residual block of 1 × 1, 3 × 3 and 1 × 1 convolutions."""

from __future__ import annotations

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.exercises.residual.block import bottleneck_spec
from course.exercises.residual.expect_block import (
    MISCONCEPTIONS,
    build_filled,
    expect_block,
    expect_block_gradients,
    expect_training,
)
from course.language import N_

exercise = Exercise(
    "bottleneck",
    asks="class",
    difficulty=2,
    minutes=8,
    hints=(
        N_("Three convolutions: narrow the channels, look around, widen them again. Which of them sees neighbours?"),
        N_(
            "`nn.Conv2d(in_channels, mid_channels, 1)`, `nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)`, "
            "`nn.Conv2d(mid_channels, out_channels, 1)`; a BatchNorm behind each, a ReLU behind the first two of these."
        ),
        N_("The shortcut is the same as in ProjectionBlock. The last ReLU comes after the sum."),
    ),
    hidden={
        N_("other blocks"): N_(
            "Try a middle that is wider than both ends, a stride of 3, and pictures that are not square."
        ),
    },
    misconceptions=MISCONCEPTIONS,
)


@exercise.step("parameters", N_("1 × 1, 3 × 3, 1 × 1, with a BatchNorm each; a projection where the shape changes"))
def _parameters(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 2, 6), (6, 2, 6, 2), (1, 2, 3), (6, 2, 6), (5, 3, 5, 1), (6, 2, 3)):
        build_filled(answer, bottleneck_spec(*setting), sample)


@exercise.step("channels", N_("Stride 1: the right values, the input stays as it was"))
def _channels(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 2, 6), (6, 2, 6), (1, 2, 3), (5, 2, 3)):
        expect_block(answer, bottleneck_spec(*setting), sample)


@exercise.step("stride", N_("Strides: the 3 × 3 and the shortcut have it"))
def _stride(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 2, 6, 2), (6, 2, 6, 2), (3, 5, 4, 3)):
        expect_block(answer, bottleneck_spec(*setting), sample)


@exercise.step("training", N_("The right values in training mode, and the running statistics move"))
def _training(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 2, 6, 2), (5, 3, 5)):
        expect_training(answer, bottleneck_spec(*setting), sample)


@exercise.step("gradients", N_("Gradients flow through both paths, in both modes"))
def _gradients(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 2, 4, 2), (4, 2, 4)):
        expect_block_gradients(answer, bottleneck_spec(*setting), sample)
