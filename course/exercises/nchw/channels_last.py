"""Exercise channels-last: a batch in the memory format channels_last, and the strides of a shape in either format."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, expect_tuple, mistakes
from course.checking.world import Failure
from course.exercises.nchw.layouts import for_shape
from course.language import N_, _
from course.misconceptions import Misconception, Rules

Shape = tuple[int, int, int, int]

exercise = Exercise(
    "channels-last",
    difficulty=3,
    minutes=14,
    hints=(
        N_(
            "`channels_last`: nothing that you can see changes, only the order in memory. Torch calls this order `memory_format`. `strides_of`: a stride is a product of sizes."
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
    misconceptions={
        "channels-last-changes-shape": Misconception(
            "channels_last is taken for another shape; it is only another order in memory.",
            N_(
                "The shape became NHWC. channels_last is a way to lay the numbers out in memory: the axes stay N, C, H, W, and so does the shape."
            ),
        ),
        "channels-last-changes-shape:strides": N_(
            "That is the shape of NHWC. A stride says how far to go in memory for one step."
        ),
        "reshape-for-permute": N_(
            "Shape and strides look right, but the values have moved: the memory is read as if it were NHWC already. The numbers must be copied into their new order first."
        ),
        "reshape-for-permute:back": N_(
            "The copy is in the new order, but `reshape` then cuts it up as if it were NCHW. Which operation leads back to the axes N, C, H, W?"
        ),
        "height-width-swapped": N_("Height and width have changed places. No axis may change its place here."),
        "values": N_(
            "Write the axes in their order in memory, from the slowest to the fastest: N, H, W, C for channels_last. A stride is the product of the sizes of all axes behind its own."
        ),
        "height-width-swapped:strides": N_("Height and width are mixed up: within a row, which axis moves?"),
        "memory-unchanged": Misconception(
            "The order in memory stays as it was.",
            N_("The order in memory is not channels_last: print `.stride()` of your input and of your result."),
        ),
        "strides": Misconception(
            "The strides are of another order in memory.",
            N_("In channels_last the channels of one pixel are neighbours: which axis has the stride 1?"),
        ),
        "memory-format-ignored": Misconception(
            "The memory format makes no difference.",
            N_("Those are the strides of the other memory format. Does your function look at `memory_format`?"),
        ),
        "strides-in-memory-order": Misconception(
            "The strides are given in the order of memory, not of the axes.",
            N_(
                "Those are the right four numbers for NHWC memory, listed from the slowest axis to the fastest. Return them in the order of the axes: N, C, H, W."
            ),
        ),
        "bytes-for-elements": Misconception(
            "Strides are counted in bytes, not in elements.",
            N_("Those are bytes, with 4 for each float32. Torch counts elements, whatever their dtype."),
        ),
        "strides-reversed": Misconception(
            "The strides are counted from the wrong end.",
            N_("You counted from the left. The last axis is the one whose neighbours lie side by side."),
        ),
        "zero-for-one": Misconception(
            "A size of 1 gets a stride of 0.",
            N_("Where a size is 1, you give the stride 0. No step is ever taken there, but torch follows the rule."),
        ),
        "shape-for-strides": Misconception(
            "The shape is given for the strides.",
            N_("That is the shape. A stride says how far to go in memory for one step."),
        ),
        "makes-the-tensor": Misconception(
            "The tensor is made to read its strides, however large it is.",
            N_("The strides follow from the shape alone: multiply sizes."),
        ),
        "float-for-int:strides": N_("`/` always gives a float in Python. A stride counts elements: only multiply."),
    },
)

VALUE_RULES: Rules[Tensor] = (
    ("channels-last-changes-shape", lambda x: x.permute(0, 2, 3, 1)),
    ("reshape-for-permute", lambda x: x.reshape(x.permute(0, 2, 3, 1).shape).permute(0, 3, 1, 2)),
    ("reshape-for-permute:back", lambda x: x.permute(0, 2, 3, 1).reshape(x.shape)),
    ("height-width-swapped", lambda x: x.permute(0, 1, 3, 2)),
)


class Strides(NamedTuple):
    """The sizes of a batch, whether its memory format is channels_last and not contiguous, and the right strides."""

    n: int
    c: int
    h: int
    w: int
    channels_last: bool
    expected: Shape

    @property
    def contiguous(self) -> Shape:
        """The strides in the contiguous format."""
        return self.c * self.h * self.w, self.h * self.w, self.w, 1

    @property
    def last(self) -> Shape:
        """The strides in channels_last."""
        return self.h * self.w * self.c, 1, self.w * self.c, self.c


def _of_turned_pictures(m: Strides) -> Shape:
    n, c, _h, _w = m.contiguous
    return (n, 1, m.c, m.h * m.c) if m.channels_last else (n, c, 1, m.h)


def _height_for_width(m: Strides) -> Shape:
    """The height in place of the width, in the strides alone."""
    return (m.c * m.h * m.w, 1, m.h * m.c, m.c) if m.channels_last else (m.c * m.h * m.w, m.h * m.w, m.h, 1)


def _zero_for_one(m: Strides) -> tuple[int, ...]:
    return tuple(0 if size == 1 else stride for size, stride in zip(m[:4], m.expected, strict=True))


STRIDE_RULES: Rules[Strides] = (
    ("memory-format-ignored", lambda m: m.contiguous if m.channels_last else m.last),
    ("strides-in-memory-order", lambda m: (m.h * m.w * m.c, m.w * m.c, m.c, 1)),
    ("bytes-for-elements", lambda m: tuple(4 * stride for stride in m.expected)),
    ("height-width-swapped:strides", _of_turned_pictures),
    ("height-width-swapped:strides", _height_for_width),
    ("strides-reversed", lambda m: (1, m.n, m.n * m.c, m.n * m.c * m.h)),
    ("zero-for-one", _zero_for_one),
    ("shape-for-strides", lambda m: m[:4]),
    ("channels-last-changes-shape:strides", lambda m: (m.n, m.h, m.w, m.c)),
)


@exercise.step("same", N_("Shape, dtype and values stay the same"))
def _same(answer: Answer, sample: Sample) -> None:
    x = sample.floats(2, 3, 5, 7)
    _expect_same(answer(x), x)


@exercise.step("strides", N_("The strides are those of channels_last"))
def _strides(answer: Answer, sample: Sample) -> None:
    x = sample.floats(sample.integer(2, 3), sample.integer(2, 5), sample.integer(4, 6), sample.integer(7, 9))
    _expect_channels_last(answer(x), x)


@exercise.step("any-tensor", N_("The same for slices, permuted tensors, single images and other dtypes"))
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
        _expect_channels_last(answer(x), x)


@exercise.step("contiguous", N_("The strides of the contiguous format"), part="strides")
def _contiguous(answer: Answer, sample: Sample) -> None:
    _expect_strides(answer, _sizes(sample), torch.contiguous_format)


@exercise.step("channels-last", N_("The strides of channels_last, in the order N, C, H, W"), part="strides")
def _last(answer: Answer, sample: Sample) -> None:
    _expect_strides(answer, _sizes(sample), torch.channels_last)


@exercise.step("ones", N_("Sizes of 1 follow the same rule"), part="strides")
def _ones(answer: Answer, sample: Sample) -> None:
    size = sample.integer(2, 9)
    for shape in ((1, 3, 5, size), (2, 1, 5, size), (2, 3, 1, size), (2, size, 4, 1), (size, 3, 1, 1), (1, 1, 1, 1)):
        for memory_format in (torch.contiguous_format, torch.channels_last):
            _expect_strides(answer, shape, memory_format)


@exercise.step("large", N_("A shape that would not fit into memory"), part="strides", seeds=1)
def _large(answer: Answer, sample: Sample) -> None:
    for memory_format in (torch.contiguous_format, torch.channels_last):
        shape = (10**6, 3 + sample.integer(0, 9), 10**4, 10**4)
        try:
            _expect_strides(answer, shape, memory_format)
        except Failure as failure:
            if "memory" not in failure.message:
                raise
            message = _("Your code tried to make a tensor of shape {shape}, and no memory holds it.")
            raise Wrong(message.format(shape=shape), "makes-the-tensor") from None


def _sizes(sample: Sample) -> Shape:
    return sample.integer(1, 4), sample.integer(2, 4), sample.integer(5, 6), sample.integer(7, 9)


def _expect_same(got: Any, x: Tensor) -> None:
    """Expect the shape, the dtype and the values of `x`, in any order in memory."""
    expect_tensor(got, x, mistakes(VALUE_RULES, x), what=for_shape(x))


def _expect_channels_last(got: Any, x: Tensor) -> None:
    """Expect `x` in channels_last; where a size of 1 leaves a choice, any strides that torch takes for channels_last."""
    _expect_same(got, x)
    if got.is_contiguous(memory_format=torch.channels_last):
        return
    expected = x.to(memory_format=torch.channels_last).stride()
    message = _("Expected the strides {expected}, but got {got} ({what}).").format(
        expected=tuple(expected), got=got.stride(), what=for_shape(x)
    )
    unchanged = got.is_contiguous() or got.stride() == x.stride()
    raise Wrong(message, "memory-unchanged" if unchanged else "strides")


def _expect_strides(answer: Answer, shape: Shape, memory_format: torch.memory_format) -> None:
    """Expect the strides that torch gives a new tensor of this shape in this memory format."""
    n, c, h, w = torch.empty(shape, device="meta", memory_format=memory_format).stride()
    what = _("for the shape {shape} in {memory_format}").format(shape=shape, memory_format=memory_format)
    got = answer(shape, memory_format)
    if type(got) in (tuple, list) and any(type(stride) is float for stride in got):
        message = _("Expected four ints, but got {got} ({what}).").format(got=got, what=what)
        raise Wrong(message, "float-for-int:strides")
    m = Strides(*shape, memory_format == torch.channels_last, (n, c, h, w))
    expect_tuple(got, (n, c, h, w), mistakes(STRIDE_RULES, m), what=what)
