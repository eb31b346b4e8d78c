"""How large the output is, and how much of the input it sees: lesson 02's exercises on sizes."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from course import arithmetic
from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import (
    arguments_text,
    expect_error,
    expect_int,
    expect_tuple,
)
from course.checking.prediction import Prediction
from course.exercises.conv2d.size_mistakes import receptive_field_mistakes, size_mistakes, walk_mistakes
from course.language import N_

steps_of_two = Prediction(
    "steps-of-two",
    N_(
        "Kernel 3, stride 2, no padding. One row has 7 pixels, another has 8. How many numbers does each give? Write a pair."
    ),
    lambda: tuple(F.conv1d(torch.ones(1, 1, size), torch.ones(1, 1, 3), stride=2).shape[-1] for size in (7, 8)),
    N_(
        "The windows begin at 0, 2 and 4. At 6 a window does not fit, neither into 7 pixels nor into 8: the eighth pixel is never seen."
    ),
    {
        N_("A window at 6 needs the pixels 6, 7 and 8, but a row of 8 ends at pixel 7."): (3, 4),
        N_("4 is 8 divided by the stride. But the last window must fit too."): (4, 4),
    },
)

output_size = Exercise(
    "output-size",
    difficulty=2,
    minutes=10,
    hints=(
        N_(
            "Where does the first window begin, and where the last one that still fits? Count the places from one to the other."
        ),
        N_(
            "The padded input has `size + 2 * padding` cells. The kernel spans `dilation * (kernel - 1) + 1` of them. What is left over is for steps."
        ),
        N_(
            "The steps are what is left over, divided by the stride and rounded down. The number of places is one more."
        ),
        N_(
            "`span = dilation * (kernel - 1) + 1`, `room = size + 2 * padding - span`. If `room` is negative raise a ValueError, else return `room // stride + 1`."
        ),
    ),
    hidden={
        N_("against torch"): N_(
            "Compare your function with `nn.Conv1d` on a signal of that many cells, for many settings."
        ),
        N_("refusals"): N_(
            "A kernel does not fit when it spans more cells than the padded input has; its dilation counts, and the stride does not."
        ),
    },
)


@output_size.step("kernel", N_("Right for a kernel alone"))
def _size_kernel(answer: Answer, sample: Sample) -> None:
    _expect_size(answer, sample.integer(10, 20), sample.integer(3, 5))
    _expect_size(answer, 6, 6)


@output_size.step("padding", N_("Right with padding"))
def _size_padding(answer: Answer, sample: Sample) -> None:
    _expect_size(answer, sample.integer(10, 20), sample.integer(4, 6), padding=sample.integer(1, 3))
    _expect_size(answer, 3, 5, padding=1)


@output_size.step("stride", N_("Right with a stride, when the last step fits and when it does not"))
def _size_stride(answer: Answer, sample: Sample) -> None:
    kernel = sample.integer(2, 6)
    for stride in (3, 4, 2):  # the first sizes leave 0 and 1 of 3 cells over: only rounding up is wrong there
        for size in range(kernel + 9, kernel + 9 + stride):
            _expect_size(answer, size, kernel, stride=stride)


@output_size.step("dilation", N_("Right with a dilation"))
def _size_dilation(answer: Answer, sample: Sample) -> None:
    _expect_size(answer, sample.integer(20, 30), sample.integer(2, 5), dilation=sample.integer(2, 4))
    _expect_size(answer, sample.integer(20, 30), 1, dilation=sample.integer(2, 4))


@output_size.step("together", N_("Right with everything together"), seeds=12)
def _size_together(answer: Answer, sample: Sample) -> None:
    _expect_size(
        answer,
        sample.integer(16, 40),
        sample.integer(2, 5),
        stride=sample.integer(2, 5),
        padding=sample.integer(1, 4),
        dilation=sample.integer(2, 3),
    )


@output_size.step("refuses", N_("A kernel that does not fit raises a ValueError"))
def _size_refuses(answer: Answer, sample: Sample) -> None:
    for size, kernel, stride, padding, dilation in ((5, 7, 1, 0, 1), (4, 7, 1, 1, 1), (5, 3, 1, 0, 3), (5, 7, 4, 0, 1)):
        settings = arguments_text(size=size, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
        expect_error(answer, "ValueError", size, kernel, stride, padding, dilation, what=settings)


def _expect_size(answer: Answer, size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> None:
    settings: dict[str, Any] = {
        name: value
        for name, value, default in (("stride", stride, 1), ("padding", padding, 0), ("dilation", dilation, 1))
        if value != default
    }
    expect_int(
        answer(size, kernel, **settings),
        arithmetic.output_size(size, kernel, stride, padding, dilation),
        size_mistakes(size, kernel, stride, padding, dilation),
        what=arguments_text(size=size, kernel=kernel, **settings),
    )


two_small_layers = Prediction(
    "two-small-layers",
    N_(
        "Two layers with 3×3 kernels follow each other, both with stride 1. How many pixels of the picture, across, does one output cell see?"
    ),
    lambda: arithmetic.receptive_field([(3, 1), (3, 1)]).size,
    N_("The second kernel covers 3 cells. The outer two of them each see one pixel more: 1 + 3 + 1 = 5."),
    {
        N_("6 would be 3 + 3. But the windows of neighbouring cells overlap."): 6,
        N_("9 would be 3 × 3. That is what a stride of 3 in the first layer would give."): 9,
        N_("3 is what the second layer sees of the first one's output."): 3,
    },
)

receptive_field = Exercise(
    "receptive-field",
    difficulty=3,
    minutes=12,
    hints=(
        N_(
            "Start with one cell that sees itself: size 1. Each layer makes the size larger. By how many of *its own* input cells?"
        ),
        N_(
            "A layer adds `dilation * (kernel - 1)` of its input cells. On the picture these cells lie some pixels apart: the product of all strides before it."
        ),
        N_(
            "Keep two numbers while you go through the layers: the size, and the jump (how far apart two neighbouring cells are on the picture)."
        ),
        N_("For each layer: `size += dilation * (kernel - 1) * jump`, and only then `jump *= stride`."),
    ),
    hidden={
        N_("against gradients"): N_(
            "Set all weights to 1, take the gradient of one output cell, and measure from its first pixel that is not 0 to its last."
        ),
    },
)


@receptive_field.step("one-layer", N_("Right for one layer"))
def _field_one(answer: Answer, sample: Sample) -> None:
    _expect_field(answer, [(sample.integer(2, 9), sample.integer(1, 4))])
    _expect_field(answer, [(1, 2)])


@receptive_field.step("stride-one", N_("Right for layers with stride 1"))
def _field_stride_one(answer: Answer, sample: Sample) -> None:
    _expect_field(answer, [(sample.integer(3, 7), 1), (sample.integer(3, 7), 1), (2, 1), (1, 1)])


@receptive_field.step("strides", N_("Right for layers with strides"))
def _field_strides(answer: Answer, sample: Sample) -> None:
    kernels = [sample.integer(2, 5) for _each in range(4)]
    _expect_field(answer, [(kernels[0], 2), (kernels[1], 3), (kernels[2], 1), (kernels[3] + 2, 2)])


@receptive_field.step("dilation", N_("Right with a dilation, for layers of both forms"))
def _field_dilation(answer: Answer, sample: Sample) -> None:
    _expect_field(answer, [(sample.integer(3, 5), 1, sample.integer(2, 4))])
    _expect_field(answer, [(3, 2), (sample.integer(2, 4), 3, 2), (2, 1), (5, 1, sample.integer(2, 4))])


@receptive_field.step("no-layers", N_("Without layers a cell sees itself"), seeds=1)
def _field_no_layers(answer: Answer, sample: Sample) -> None:
    expect_int(answer([]), arithmetic.receptive_field([]).size, what=arguments_text(layers=[]))


def _expect_field(answer: Answer, layers: list[tuple[int, ...]]) -> None:
    expect_int(
        answer(layers),
        arithmetic.receptive_field(layers).size,
        receptive_field_mistakes(layers),
        what=arguments_text(layers=layers),
    )


case_divided_size = Exercise(
    "case-divided-size",
    difficulty=1,
    minutes=8,
    hints=(
        N_("Which of the layers does the rule get right? What do its kernel and its stride have in common?"),
        N_("One rule is right for both kinds of layers. You have written it already, for the exercise output-size."),
        N_("For each layer: `size = (size + 2 * padding - kernel) // stride + 1`, then append the size."),
    ),
    hidden={N_("against torch"): N_("Build the stack with nn.Conv2d, send zeros through it, and compare each size.")},
)


@case_divided_size.step("pooling", N_("Pooling layers, whose stride equals their kernel, are still right"))
def _walk_pooling(answer: Answer, sample: Sample) -> None:
    _expect_walk(answer, sample.integer(40, 60), [(2, 2, 0), (sample.integer(2, 3), 2, 0)])


@case_divided_size.step("convolutions", N_("Convolutions are right"))
def _walk_convolutions(answer: Answer, sample: Sample) -> None:
    _expect_walk(answer, sample.integer(40, 60), [(5, 1, 0), (3, 1, 0), (sample.integer(3, 6), 1, 0)])


@case_divided_size.step("stack", N_("A stack with strides and padding is right"))
def _walk_stack(answer: Answer, sample: Sample) -> None:
    for size in (95, 96, 97 + sample.integer(0, 20)):
        _expect_walk(answer, size, [(7, 2, 3), (3, 2, 1), (5, 1, 2), (2, 2, 0), (4, 3, 1)])


def _expect_walk(answer: Answer, size: int, layers: list[tuple[int, ...]]) -> None:
    expected, at = [], size
    for layer in layers:
        at = arithmetic.output_size(at, *layer)
        expected.append(at)
    expect_tuple(
        answer(size, layers),
        tuple(expected),
        walk_mistakes(size, layers),
        what=arguments_text(size=size, layers=layers),
    )
