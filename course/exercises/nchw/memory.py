"""Lesson 01: the order in memory: channels-last."""

from __future__ import annotations

import torch

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.world import Failure
from course.exercises.nchw.expect import (
    expect_channels_last,
    expect_same,
    expect_strides,
)
from course.language import N_, _

channels_last = Exercise(
    "channels-last",
    difficulty=3,
    minutes=14,
    hints=(
        N_(
            "`channels_last`: nothing that you can see changes, only the order in memory. Torch has a word for it: `memory_format`. `strides_of`: a stride is a product of sizes."
        ),
        N_(
            "`x.to(...)` changes dtype, device or memory format. For the strides, list the axes from the fastest to the slowest: W, H, C, N in the contiguous format; C, W, H, N in channels_last. The stride of an axis is the product of the sizes of all axes that are faster."
        ),
        N_(
            "`x.to(memory_format=torch.channels_last)`. And: the fastest axis has the stride 1, the next one the size of the fastest, the next one the product of both, and so on. Return them in the order N, C, H, W."
        ),
    ),
    hidden={
        N_("other tensors"): N_(
            "Try a tensor whose axes were permuted before, a slice of another one, and one in channels_last already."
        ),
        N_("other shapes"): N_("Compare with `torch.empty(shape, memory_format=…).stride()`; try sizes of 1 as well."),
    },
)


@channels_last.step("same", N_("Shape, dtype and values stay the same"))
def _same(answer: Answer, sample: Sample) -> None:
    expect_same(answer(x := sample.floats(2, 3, 5, 7)), x)


@channels_last.step("strides", N_("The strides are those of channels_last"))
def _channels_last_strides(answer: Answer, sample: Sample) -> None:
    x = sample.floats(sample.integer(2, 3), sample.integer(2, 5), sample.integer(4, 6), sample.integer(7, 9))
    expect_channels_last(answer(x), x)


@channels_last.step("any-tensor", N_("So it is for slices, permuted tensors, single images and other dtypes"))
def _any_tensor(answer: Answer, sample: Sample) -> None:
    for x in (
        sample.floats(1, 3, 6, 4),
        sample.floats(2, 1, 4, 5),
        sample.floats(4, 5, 6, 6)[1:3, ::2, 1:, :4],
        sample.floats(3, 2, 5, 4).transpose(0, 1),
        sample.floats(2, 4, 5, 3).permute(0, 3, 1, 2),
        sample.bytes(2, 3, 4, 6),
        sample.floats(2, 3, 4, 6, dtype=torch.float64),
        sample.floats(3, 3, 3, 3),
    ):
        expect_channels_last(answer(x), x)


@channels_last.step("contiguous", N_("The strides of the contiguous format"), part="strides")
def _contiguous(answer: Answer, sample: Sample) -> None:
    expect_strides(answer, _sizes_of(sample), torch.contiguous_format)


@channels_last.step("channels-last", N_("The strides of channels_last, in the order N, C, H, W"), part="strides")
def _last(answer: Answer, sample: Sample) -> None:
    expect_strides(answer, _sizes_of(sample), torch.channels_last)


@channels_last.step("ones", N_("Sizes of 1 follow the same rule"), part="strides")
def _ones(answer: Answer, sample: Sample) -> None:
    size = sample.integer(2, 9)
    for shape in ((1, 3, 5, size), (2, 1, 5, size), (2, 3, 1, size), (2, size, 4, 1), (size, 3, 1, 1), (1, 1, 1, 1)):
        for memory_format in (torch.contiguous_format, torch.channels_last):
            expect_strides(answer, shape, memory_format)


@channels_last.step("large", N_("A shape that would not fit into memory"), part="strides", seeds=1)
def _large(answer: Answer, sample: Sample) -> None:
    for memory_format in (torch.contiguous_format, torch.channels_last):
        shape = (10**6, 3 + sample.integer(0, 9), 10**4, 10**4)
        try:
            expect_strides(answer, shape, memory_format)
        except Failure as failure:
            if "memory" not in failure.message:
                raise
            raise Wrong(
                _("Your code tried to make a tensor of shape {shape}, and no memory holds it.").format(shape=shape),
                "makes-the-tensor",
                _("The strides follow from the shape alone: multiply sizes."),
            ) from None


def _sizes_of(sample: Sample) -> tuple[int, int, int, int]:
    return sample.integer(1, 4), sample.integer(2, 4), sample.integer(5, 6), sample.integer(7, 9)
