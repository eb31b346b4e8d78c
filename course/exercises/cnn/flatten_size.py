"""Exercise flatten-size: how many numbers one image makes behind a stack of layers, which is left as it was."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from math import prod

import torch
from torch import nn

from course.checking import models
from course.checking.answer import Answer, Wrong
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import failures_explained
from course.checking.models import expect_modes_kept, expect_state_kept
from course.checking.world import Failure
from course.exercises.learning.sample_models import Fork, seeded
from course.language import N_, _
from course.misconceptions import Misconception, Rules

_EVALUATE = N_(
    "A batch normalisation in training mode learns from every batch it sees, from your empty image too, even "
    "without gradients. Which mode keeps it from that?"
)
_WHOLE = N_("All numbers of one image count: channels times rows times columns of the maps that come out.")

exercise = Exercise(
    "flatten-size",
    difficulty=2,
    minutes=8,
    hints=(
        N_(
            "You need not calculate: let one empty image run through the layers and count what comes out. What else may such a run change in a model?"
        ),
        N_(
            "`torch.zeros(1, *input_shape)` is a batch of one image. `.eval()` keeps batch normalisation from learning of it. "
            "Each submodule has its own flag `training`: note them all first, and set them again at the end."
        ),
        N_(
            "The simplest way to leave a model as it is: never touch it. `copy.deepcopy(features).eval()` is yours alone; "
            "run that one, and return `.numel()`."
        ),
    ),
    hidden={
        N_("other stacks"): N_(
            "Try stacks with strides, without padding, with branches, and images that are not square."
        ),
        N_("left alone"): N_(
            "Compare `module.training` of every submodule, and `state_dict()`, before and after the call."
        ),
    },
    misconceptions={
        **models.MISCONCEPTIONS,
        "values": N_(
            "Your rule does not hold for these layers. Ask them: send an image of zeros through, and count what comes out."
        ),
        "channels-only": Misconception("Only the channels count, not the pixels.", _WHOLE),
        "channels-left-out": Misconception("The channels are left out.", _WHOLE),
        "input-size-kept": Misconception(
            "The input's size is taken for the output's.",
            N_("The layers change height and width. Ask them, not the input."),
        ),
        "input-counted": N_("Count what comes out of the layers, not what goes in."),
        "square-taken": Misconception(
            "The maps are taken for squares.", N_("Height and width can differ, and each has its own output size.")
        ),
        "height-width-swapped": N_("The shape is (C, H, W): rows first."),
        "batch-counted": Misconception(
            "The batch counts as features.",
            N_("The count is for one image. How many images were in your batch?"),
        ),
        "batch-axis-missing": Misconception(
            "The layers get one image without a batch axis.",
            N_("The layers take (N, C, H, W), and your image has three axes. Make it a batch of one image."),
        ),
        "one-value-per-channel": N_(
            "In training mode batch normalisation needs two values or more for each channel. In which mode do you ask?"
        ),
        "no-grad-for-eval:statistics": _EVALUATE,
        "parameters-changed": _EVALUATE,
    },
)

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Stack:
    """A stack of layers and the shape (C, H, W) of an image that goes in."""

    features: nn.Module
    input_shape: Shape

    def maps(self, channels: int, height: int, width: int) -> tuple[int, ...]:
        """The shape that comes out for one image of this shape, the batch of one left out."""
        with torch.no_grad():
            return tuple(self._evaluated(torch.zeros(1, channels, height, width)).shape[1:])

    @cached_property
    def _evaluated(self) -> nn.Module:
        return copy.deepcopy(self.features).eval()

    @cached_property
    def out(self) -> tuple[int, ...]:
        """The shape that comes out."""
        return self.maps(*self.input_shape)

    def square(self, side: int) -> int:
        """The numbers that a square image of this side would make."""
        return prod(self.maps(self.input_shape[0], side, side))


def flatten_size(features: nn.Module, input_shape: Shape) -> int:
    """The numbers that one image makes."""
    return prod(Stack(features, input_shape).out)


def _batch_counted(stack: Stack, *, images: int) -> int:
    return images * prod(stack.out)


RULES: Rules[Stack] = (
    ("channels-only", lambda s: s.out[0]),
    ("channels-left-out", lambda s: prod(s.out[1:])),
    ("input-size-kept", lambda s: s.out[0] * prod(s.input_shape[1:])),
    ("input-counted", lambda s: prod(s.input_shape)),
    ("square-taken", lambda s: s.square(s.input_shape[1])),
    ("square-taken", lambda s: s.square(s.input_shape[2])),
    ("height-width-swapped", lambda s: prod(s.maps(s.input_shape[0], s.input_shape[2], s.input_shape[1]))),
    *(("batch-counted", partial(_batch_counted, images=images)) for images in (2, 3, 4, 8, 16, 32, 64)),
)


def _in_words(bound: inspect.BoundArguments) -> str:
    stack = Stack(*bound.args)
    return _("for input_shape={shape}; the maps have the shape {out}").format(shape=stack.input_shape, out=stack.out)


compared = Compared(exercise, flatten_size, Stack, RULES, in_words=_in_words)


@compared.step("count", N_("Counts the numbers that one image makes"))
def _count(sample: Sample) -> Iterator[Call]:
    yield call(nn.Sequential(nn.Conv2d(3, 5, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)), (3, 12, 18))


@compared.step("other-stacks", N_("For other kernels, strides and paddings, and for rows that are flat already"))
def _other_stacks(sample: Sample) -> Iterator[Call]:
    height, width = sample.integer(15, 28), sample.integer(15, 28)
    first = nn.Conv2d(2, 6, (5, 3), stride=(2, 3))
    yield call(nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(3, 2, padding=1)), (2, height, width))
    yield call(nn.Sequential(nn.Conv2d(1, 8, 3, dilation=3), nn.AvgPool2d(2), nn.Flatten()), (1, 28, 28))
    yield call(nn.Sequential(nn.MaxPool2d(2), nn.MaxPool2d(2), nn.MaxPool2d(2)), (4, 28, 29))
    yield call(nn.ConvTranspose2d(3, 2, 4, stride=2), (3, 5, 7))


@exercise.step("branches", N_("For any module, not only for a chain of layers"))
def _branches(answer: Answer, sample: Sample) -> None:
    left = nn.Sequential(nn.Conv2d(2, 3, 5, padding=2), nn.MaxPool2d(2))
    right = nn.Conv2d(2, sample.integer(4, 9), 1, stride=2)
    with failures_explained((("Sizes of tensors must match except in dimension", "batch-axis-missing"),)):
        compared.compare(answer, Fork(left, right), (2, 14, 10))


@exercise.step("one-value", N_("Batch normalisation over a single value per channel is no obstacle"))
def _one_value(answer: Answer, sample: Sample) -> None:
    features = nn.Sequential(
        nn.Conv2d(1, 6, 4), nn.BatchNorm2d(6), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(6)
    )
    try:
        compared.compare(answer, features, (1, 9, 7))
    except Failure as failure:
        if "more than 1 value per channel" not in failure.message:
            raise
        raise Wrong(_("Your code raised {failure}").format(failure=failure), "one-value-per-channel") from None


@exercise.step("statistics", N_("Parameters and running statistics are as they were"))
def _statistics(answer: Answer, sample: Sample) -> None:
    for training in (True, False):
        expect_state_kept(answer, _mixed_model(sample).train(training), (2, 10, 12))


@exercise.step("modes", N_("Every submodule is in the mode it was in"))
def _modes(answer: Answer, sample: Sample) -> None:
    model = _mixed_model(sample)
    frozen = _mixed_model(sample)
    frozen[1].eval()
    woken = _mixed_model(sample).eval()
    woken[3].train()
    for features in (model, _mixed_model(sample).eval(), frozen, woken):
        expect_modes_kept(answer, features, (2, 10, 12))


def _mixed_model(sample: Sample) -> nn.Sequential:
    """A stack for two channels with everything that knows a mode."""
    return seeded(
        sample, nn.Conv2d(2, 5, 3), nn.BatchNorm2d(5), nn.ReLU(), nn.Dropout(0.5), nn.MaxPool2d(2), nn.BatchNorm2d(5)
    )
