"""Exercise residual-block: the residual block of two 3 × 3 convolutions, whose shortcut is its input."""

from __future__ import annotations

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.exercises.residual.block import residual_spec
from course.exercises.residual.expect_block import (
    MISCONCEPTIONS,
    build_filled,
    expect_block,
    expect_block_gradients,
    expect_training,
)
from course.language import N_

exercise = Exercise(
    "residual-block",
    asks="class",
    difficulty=2,
    minutes=12,
    hints=(
        N_("The input is needed twice: at the start of the main path, and in the sum. So keep its name free for it."),
        N_(
            "`__init__` makes four layers: two `nn.Conv2d(channels, channels, 3, padding=1)` and two `nn.BatchNorm2d(channels)`. "
            "`forward` runs in this order: convolution, BatchNorm, ReLU, convolution, BatchNorm, sum, ReLU."
        ),
        N_(
            "`y = F.relu(self.bn1(self.conv1(x)))`, then `y = self.bn2(self.conv2(y))`. In the last line, `x` is still the input."
        ),
    ),
    hidden={
        N_("other blocks"): N_("Follow the drawing from left to right: what does each arrow carry, in which order?"),
        N_("the identity"): N_(
            "With gamma and beta of the last BatchNorm at 0 the main path gives 0. What must the block give then?"
        ),
    },
    misconceptions=MISCONCEPTIONS,
)


@exercise.step("parameters", N_("Two 3 × 3 convolutions and two BatchNorms, and nothing else"))
def _parameters(answer: Answer, sample: Sample) -> None:
    for channels in (4, 1):
        build_filled(answer, residual_spec(channels), sample)


@exercise.step("values", N_("The right values in evaluation mode; the input stays as it was"))
def _values(answer: Answer, sample: Sample) -> None:
    for channels in (sample.integer(2, 5), 1):
        expect_block(answer, residual_spec(channels), sample)


@exercise.step("training", N_("The right values in training mode, and the running statistics move"))
def _training(answer: Answer, sample: Sample) -> None:
    expect_training(answer, residual_spec(sample.integer(2, 5)), sample)


@exercise.step("gradients", N_("Gradients flow through both paths, in both modes"))
def _gradients(answer: Answer, sample: Sample) -> None:
    expect_block_gradients(answer, residual_spec(sample.integer(2, 4)), sample)
