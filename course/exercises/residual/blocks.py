"""Lesson 05, blocks: the residual block, the one whose shortcut has a projection, and the bottleneck."""

from __future__ import annotations

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.exercises.residual.expect import build_filled, expect_block, expect_gradients, expect_training
from course.exercises.residual.plans import bottleneck_plan, projection_plan, residual_plan
from course.language import N_

residual_block = Exercise(
    "residual-block",
    asks="class",
    difficulty=2,
    minutes=12,
    hints=(
        N_("The input is needed twice: at the start of the main path, and in the sum. So keep its name free for it."),
        N_(
            "`__init__` makes four layers: two `nn.Conv2d(channels, channels, 3, padding=1)` and two `nn.BatchNorm2d(channels)`. "
            "`forward` calls them by turns: convolution, BatchNorm, ReLU, convolution, BatchNorm, sum, ReLU."
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
)


@residual_block.step("parameters", N_("Two 3 × 3 convolutions and two BatchNorms, and nothing else"))
def _residual_parameters(answer: Answer, sample: Sample) -> None:
    for channels in (4, 1):
        build_filled(answer, residual_plan(channels), sample)


@residual_block.step("values", N_("The right values in evaluation mode; the input stays as it was"))
def _residual_values(answer: Answer, sample: Sample) -> None:
    for channels in (sample.integer(2, 5), 1):
        expect_block(answer, residual_plan(channels), sample)


@residual_block.step("training", N_("The right values in training mode, and the running statistics move"))
def _residual_training(answer: Answer, sample: Sample) -> None:
    expect_training(answer, residual_plan(sample.integer(2, 5)), sample)


@residual_block.step("gradients", N_("Gradients flow through both paths, in both modes"))
def _residual_gradients(answer: Answer, sample: Sample) -> None:
    expect_gradients(answer, residual_plan(sample.integer(2, 4)), sample)


projection_block = Exercise(
    "projection-block",
    asks="class",
    difficulty=2,
    minutes=12,
    hints=(
        N_("Write down the shape of the input and the shape that the main path gives. When are they equal?"),
        N_(
            "When `stride != 1 or in_channels != out_channels`, the shortcut is `nn.Conv2d(in_channels, out_channels, 1, stride)`, "
            "otherwise nothing is to be learned: `nn.Identity()` hands its input on."
        ),
        N_("The sum is `y + self.shortcut(x)` in both cases. The stride stands on `conv1` and on the shortcut."),
    ),
    hidden={
        N_("other blocks"): N_(
            "Try many channels to few, one channel, a stride of 3, and pictures that are not square."
        ),
        N_("the identity"): N_(
            "With stride 1 and equal channels it is a residual block as before, without more parameters."
        ),
    },
)


@projection_block.step("parameters", N_("A 1 × 1 convolution where the shape changes"))
def _projection_parameters(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 5), (4, 4, 2), (1, 4), (3, 5, 2), (5, 2)):
        build_filled(answer, projection_plan(*setting), sample)


@projection_block.step("not-needed", N_("No 1 × 1 convolution where the shape stays"))
def _projection_not_needed(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 4), (1, 1), (3, 3, 1)):
        build_filled(answer, projection_plan(*setting), sample)


@projection_block.step("channels", N_("Stride 1: the right values, the input stays as it was"))
def _projection_channels(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 5), (4, 4), (1, 4), (5, 2)):
        expect_block(answer, projection_plan(*setting), sample)


@projection_block.step("stride", N_("Strides: the first 3 × 3 and the shortcut have it"))
def _projection_stride(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 5, 2), (4, 4, 2), (1, 3, 2), (4, 2, 3)):
        expect_block(answer, projection_plan(*setting), sample)


@projection_block.step("training", N_("The right values in training mode, and the running statistics move"))
def _projection_training(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 5, 2), (3, 3)):
        expect_training(answer, projection_plan(*setting), sample)


@projection_block.step("gradients", N_("Gradients flow through both paths, in both modes"))
def _projection_gradients(answer: Answer, sample: Sample) -> None:
    for setting in ((2, 3, 2), (3, 3)):
        expect_gradients(answer, projection_plan(*setting), sample)


bottleneck = Exercise(
    "bottleneck",
    asks="class",
    difficulty=2,
    minutes=12,
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
)


@bottleneck.step("parameters", N_("1 × 1, 3 × 3, 1 × 1, with a BatchNorm each; a projection where the shape changes"))
def _bottleneck_parameters(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 2, 6), (6, 2, 6, 2), (1, 2, 3), (6, 2, 6), (5, 3, 5, 1), (6, 2, 3)):
        build_filled(answer, bottleneck_plan(*setting), sample)


@bottleneck.step("channels", N_("Stride 1: the right values, the input stays as it was"))
def _bottleneck_channels(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 2, 6), (6, 2, 6), (1, 2, 3), (5, 2, 3)):
        expect_block(answer, bottleneck_plan(*setting), sample)


@bottleneck.step("stride", N_("Strides: the 3 × 3 and the shortcut have it"))
def _bottleneck_stride(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 2, 6, 2), (6, 2, 6, 2), (3, 5, 4, 3)):
        expect_block(answer, bottleneck_plan(*setting), sample)


@bottleneck.step("training", N_("The right values in training mode, and the running statistics move"))
def _bottleneck_training(answer: Answer, sample: Sample) -> None:
    for setting in ((4, 2, 6, 2), (5, 3, 5)):
        expect_training(answer, bottleneck_plan(*setting), sample)


@bottleneck.step("gradients", N_("Gradients flow through both paths, in both modes"))
def _bottleneck_gradients(answer: Answer, sample: Sample) -> None:
    for setting in ((3, 2, 4, 2), (4, 2, 4)):
        expect_gradients(answer, bottleneck_plan(*setting), sample)
