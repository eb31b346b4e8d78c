"""Lesson 06, from maps to rows: how many numbers one image makes, and the case file of a view that mixes images."""

from __future__ import annotations

import copy
from math import prod

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_error, expect_int, expect_tensor
from course.checking.world import Failure
from course.exercises.cnn.expect import expect_modes_kept, expect_state_kept
from course.exercises.cnn.subjects import Fork, seeded
from course.language import N_, _

Shape = tuple[int, int, int]

flatten_size = Exercise(
    "flatten-size",
    difficulty=2,
    minutes=12,
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
)


@flatten_size.step("count", N_("Counts the numbers that one image makes"))
def _count(answer: Answer, sample: Sample) -> None:
    _expect_count(answer, nn.Sequential(nn.Conv2d(3, 5, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)), (3, 12, 18))


@flatten_size.step("other-stacks", N_("For other kernels, strides and paddings, and for rows that are flat already"))
def _other_stacks(answer: Answer, sample: Sample) -> None:
    height, width = sample.integer(15, 28), sample.integer(15, 28)
    first = nn.Conv2d(2, 6, (5, 3), stride=(2, 3))
    _expect_count(answer, nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(3, 2, padding=1)), (2, height, width))
    _expect_count(answer, nn.Sequential(nn.Conv2d(1, 8, 3, dilation=3), nn.AvgPool2d(2), nn.Flatten()), (1, 28, 28))
    _expect_count(answer, nn.Sequential(nn.MaxPool2d(2), nn.MaxPool2d(2), nn.MaxPool2d(2)), (4, 28, 29))
    _expect_count(answer, nn.ConvTranspose2d(3, 2, 4, stride=2), (3, 5, 7))


@flatten_size.step("branches", N_("For any module, not only for a chain of layers"))
def _branches(answer: Answer, sample: Sample) -> None:
    left = nn.Sequential(nn.Conv2d(2, 3, 5, padding=2), nn.MaxPool2d(2))
    right = nn.Conv2d(2, sample.integer(4, 9), 1, stride=2)
    _expect_count(answer, Fork(left, right), (2, 14, 10))


@flatten_size.step("one-value", N_("Batch normalisation over a single value per channel is no obstacle"))
def _one_value(answer: Answer, sample: Sample) -> None:
    features = nn.Sequential(
        nn.Conv2d(1, 6, 4), nn.BatchNorm2d(6), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(6)
    )
    try:
        _expect_count(answer, features, (1, 9, 7))
    except Failure as failure:
        if "more than 1 value per channel" not in failure.message:
            raise
        raise Wrong(
            _("Your code raised {failure}").format(failure=failure),
            "one-value-per-channel",
            _(
                "In training mode batch normalisation needs two values or more for each channel. In which mode do you ask?"
            ),
        ) from None


@flatten_size.step("statistics", N_("Parameters and running statistics are as they were"))
def _statistics(answer: Answer, sample: Sample) -> None:
    advice = _(
        "A batch normalisation in training mode learns from every batch it sees, from your empty image too, even "
        "without gradients. Which mode keeps it from that?"
    )
    for training in (True, False):
        expect_state_kept(answer, _mixed_model(sample).train(training), (2, 10, 12), advice=advice)


@flatten_size.step("modes", N_("Every submodule is in the mode it was in"))
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


def _expect_count(answer: Answer, features: nn.Module, input_shape: Shape) -> None:
    ready = copy.deepcopy(features).eval()
    with torch.no_grad():
        out = tuple(ready(torch.zeros(1, *input_shape)).shape)
    expect_int(
        answer(features, input_shape),
        prod(out),
        _count_mistakes(ready, input_shape, out),
        what=_("for input_shape={shape}; the maps have the shape {out}").format(shape=input_shape, out=out[1:]),
    )


def _count_mistakes(ready: nn.Module, input_shape: Shape, out: tuple[int, ...]) -> tuple[Mistake, ...]:
    channels, height, width = input_shape

    def square(side: int) -> int:
        with torch.no_grad():
            return int(ready(torch.zeros(1, channels, side, side)).numel())

    whole = _("All numbers of one image count: channels times rows times columns of the maps that come out.")
    batch = _("One image is asked. How many images were in your batch, and do you count them in?")
    return (
        Mistake("channels-only", out[1], whole),
        Mistake("channels-left-out", prod(out[2:]), whole),
        Mistake(
            "input-size-kept",
            out[1] * height * width,
            _("The layers change height and width. Ask them, not the input."),
        ),
        Mistake("input-counted", channels * height * width, _("Count what comes out of the layers, not what goes in.")),
        Mistake(
            "square-taken", lambda: square(height), _("Height and width can differ, and each has its own output size.")
        ),
        Mistake(
            "square-taken", lambda: square(width), _("Height and width can differ, and each has its own output size.")
        ),
        Mistake("height-width-swapped", lambda: _swapped(ready, input_shape), _("The shape is (C, H, W): rows first.")),
        *(Mistake("batch-counted", images * prod(out), batch) for images in (2, 3, 4, 8, 16, 32, 64)),
    )


def _swapped(ready: nn.Module, input_shape: Shape) -> int:
    channels, height, width = input_shape
    with torch.no_grad():
        return int(ready(torch.zeros(1, channels, width, height)).numel())


case_mixed_rows = Exercise(
    "case-mixed-rows",
    difficulty=1,
    minutes=6,
    hints=(
        N_("Which axis of x must come out unchanged, whatever happens? Write that one down first."),
        N_("`x.flatten(1)` keeps the batch and joins the rest. Then compare its width with `in_features`."),
        N_('`if rows.shape[1] != in_features: raise ValueError(f"…")`, with both numbers in the sentence.'),
    ),
    hidden={
        N_("one row per image"): N_(
            "Try batches where the total fits and the rows do not, and maps in another order in memory."
        )
    },
)


@case_mixed_rows.step("rows", N_("One row for each image, its numbers in order"))
def _rows(answer: Answer, sample: Sample) -> None:
    _expect_rows(answer, sample.floats(sample.integer(2, 4), 6, 3, 5))
    _expect_rows(answer, sample.floats(1, 4, 2, 7))


@case_mixed_rows.step("loud", N_("A ValueError where the maps do not fit, for every batch"))
def _loud(answer: Answer, sample: Sample) -> None:
    for images in (sample.integer(2, 6), 1):
        _expect_refusal(answer, sample.floats(images, 8, 3, 3), 8 * 7 * 7)


@case_mixed_rows.step("mixed", N_("A ValueError also where the numbers of all images together would fit"))
def _mixed(answer: Answer, sample: Sample) -> None:
    _expect_refusal(answer, sample.floats(49, 8, 3, 3), 8 * 7 * 7)
    _expect_refusal(answer, sample.floats(6, 4, 3, 5), 2 * 4 * 3 * 5)
    _expect_refusal(answer, sample.floats(3, 4, 6, 2), 4 * 6)


@case_mixed_rows.step("any-memory", N_("Maps in any order in memory"))
def _any_memory(answer: Answer, sample: Sample) -> None:
    maps = sample.floats(3, 4, 5, 6)
    _expect_rows(answer, maps.to(memory_format=torch.channels_last))
    _expect_rows(answer, maps.transpose(1, 3))


def _expect_rows(answer: Answer, x: Tensor) -> None:
    images, *maps = x.shape
    fits = prod(maps)
    order = _("The numbers of one image stay in the order channels, rows, columns: no axis changes its place.")
    expect_tensor(
        answer(x, fits),
        x.flatten(1),
        (
            Mistake("flattened-batch", x.flatten(), _("The batch is not flattened: start with axis 1.")),
            Mistake("channels-last", x.permute(0, 2, 3, 1).flatten(1), order),
            Mistake("reshape-for-permute", x.reshape(fits, images).T, order),
            Mistake("not-flattened", x, _("A row for each image is asked: two axes.")),
        ),
        what=_("for maps of shape {shape}, in_features={fits}").format(shape=tuple(x.shape), fits=fits),
    )


def _expect_refusal(answer: Answer, x: Tensor, in_features: int) -> None:
    what = _("maps of shape {shape} and in_features={in_features}").format(
        shape=tuple(x.shape), in_features=in_features
    )
    try:
        got = answer(x, in_features)
    except Failure:
        got = None
    if type(got) is Tensor and got.ndim == 2:
        images, rows = len(x), got.shape[0]
        if rows != images:
            raise Wrong(
                _("{images} images went in, and {rows} rows came out, without an error ({what}).").format(
                    images=images, rows=rows, what=what
                ),
                "rows-mixed",
                _("`-1` lets torch choose the number of rows. Fix the number of rows, and ask how wide they are."),
            )
        raise Wrong(
            _("Each image makes {count} numbers, but your rows have {width} ({what}).").format(
                count=x[0].numel(), width=got.shape[1], what=what
            ),
            "no-error",
            _("Whether cut, filled up or as they are: such rows do not fit the next layer. Say so with a ValueError."),
        )
    expect_error(answer, "ValueError", x, in_features, what=what)
