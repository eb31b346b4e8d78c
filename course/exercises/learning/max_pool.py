"""Exercise max-pool: the largest value of each window, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.by_hand import ready_made_pools
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, failures_explained
from course.language import N_, _
from course.misconceptions import Misconception, Rules, sizes
from course.misconceptions.counts import Setting, sides

exercise = Exercise(
    "max-pool",
    difficulty=2,
    minutes=14,
    hints=(
        N_(
            "It is the loop of a convolution: the same windows at the same places. Only what you do with a window is new."
        ),
        N_(
            "First turn ints into pairs, and a stride of None into the kernel. Then put a border around `x` that can never be the largest: what number is that?"
        ),
        N_(
            "`F.pad(x, (pw, pw, ph, ph), value=float('-inf'))`, then for each output row and column the window "
            "`x[:, :, row * sh : row * sh + kh, column * sw : column * sw + kw]`, and of it `.amax(dim=(2, 3))`."
        ),
    ),
    hidden={
        N_("against torch"): N_(
            "Try maps without a positive value, with padding; unequal sides, strides and paddings, all at once."
        ),
        N_("by hand"): N_(
            "Use slices, `unfold`, `max` and `amax`: the exercise is to build what torch's pooling does."
        ),
    },
    misconceptions={
        **sizes.MISCONCEPTIONS,
        "uses-torch-pooling": Misconception(
            "Torch's own pooling does the work.",
            N_(
                "That function is what you are building. Slicing, loops, `unfold`, `max` and `amax` are all yours to use."
            ),
        ),
        "padding-wins": Misconception(
            "The padding's zeros win over negative values.",
            N_(
                "All pixels here are negative, yet your result holds a 0: that is the padding. It must never win: which number is smaller than any other?"
            ),
        ),
        "stride-one": Misconception(
            "Without a stride the window moves by one cell; a pooling window moves by its own size.",
            N_(
                "Without a stride, the window of a pooling moves by its own size: stride None means stride = kernel. A convolution is different: there the default stride is 1."
            ),
        ),
        "stride-ignored": N_("The window always moves by its own size. Here a stride was given."),
        "stride-for-kernel": Misconception(
            "Kernel and stride are taken for one another.",
            N_("Kernel and stride have changed places. `unfold(axis, size, step)` takes the size of the window first."),
        ),
        "stride-ignored-in-start": N_(
            "The shape is right, but the windows are not. On which row of the input does output row 1 begin?"
        ),
        "mean-for-max": Misconception(
            "The mean is taken instead of the maximum.",
            N_("That is the mean of each window, not its largest value."),
        ),
        "sum-for-max": Misconception(
            "The sum is taken instead of the maximum.",
            N_("That is the sum of each window, not its largest value."),
        ),
        "min-for-max": Misconception(
            "The smallest value is taken.", N_("That is the smallest value of each window, not its largest.")
        ),
        "indices-for-values": Misconception(
            "The place of the maximum is given, not its value.",
            N_("These are places, not values. `max(dim=…)` gives a pair, values and indices; `argmax` gives indices."),
        ),
        "indices-for-values:pair": N_(
            "`max` takes one axis, and gives a pair: values and places. `amax(dim=(2, 3))` gives the largest values over two axes at once."
        ),
        "max-over-channels": Misconception(
            "The maximum is taken over the channels too.",
            N_("Each channel is pooled by itself. Over which axes do you take the maximum? The window has only two."),
        ),
        "max-over-batch": Misconception(
            "The maximum is taken over the images too.",
            N_("Each image is pooled by itself. Over which axes do you take the maximum? The window has only two."),
        ),
        "one-axis": Misconception(
            "The maximum is taken along one axis of the window only.",
            N_(
                "The largest of only one row or one column of each window comes out. A window has two axes: `amax(dim=(2, 3))`."
            ),
        ),
        "padding-on-one-side:before": N_("The padding lies only above and to the left. Which two sides are missing?"),
        "padding-on-one-side:after": N_("The padding lies only below and to the right. Which two sides are missing?"),
        "height-width-swapped": N_("A pair is (height, width): the first entry is for the rows."),
        "height-for-width:first": N_(
            "You use the first entry of a pair for both sides. The second is for the columns."
        ),
        "height-for-width:second": N_("You use the second entry of a pair for both sides. The first is for the rows."),
        "pairs-refused": Misconception(
            "Only ints, or only pairs, are understood.",
            N_(
                "`kernel`, `stride` and `padding` may be an int or a pair. Make pairs of ints at the beginning: `if isinstance(kernel, int): kernel = (kernel, kernel)`."
            ),
        ),
        "one-image-only": Misconception(
            "Only one image, or one channel, comes out.",
            N_("All images and all channels are pooled. `x[:, :, rows, columns]` is the window of all of them."),
        ),
    },
)


@dataclass(frozen=True)
class Pooling:
    """A call of max pooling: x (N, C, H, W)."""

    x: Tensor
    kernel: Setting
    stride: Setting | None = None
    padding: Setting = 0

    def right(self, **changed: Any) -> Tensor:
        """What torch gives, with some of the settings changed."""
        n = replace(self, **changed)
        return F.max_pool2d(n.x, n.kernel, n.stride, n.padding)

    def by_border(self, value: float, before: bool = True, after: bool = True) -> Tensor:
        """The maximum over windows of an input with a border of this value."""
        down, across = sides(self.padding)
        border = (across * before, across * after, down * before, down * after)
        return F.max_pool2d(F.pad(self.x, border, value=value), self.kernel, self.moves)

    @property
    def moves(self) -> Setting:
        """The stride that is meant."""
        return self.kernel if self.stride is None else self.stride

    def starts_unstrided(self) -> Tensor:
        """As many outputs as asked, but of windows that move by one cell."""
        rows, columns = self.right().shape[2:]
        return self.right(stride=1)[:, :, :rows, :columns]

    def rounded_up(self) -> Tensor:
        """With the last windows that do not fit."""
        return F.max_pool2d(self.x, self.kernel, self.stride, self.padding, ceil_mode=True)

    def windows(self) -> Tensor:
        """Each window of the padded input, (N, C, rows, columns, kernel height, kernel width)."""
        kernel, moves = sides(self.kernel), sides(self.moves)
        return self.padded(-torch.inf).unfold(2, kernel[0], moves[0]).unfold(3, kernel[1], moves[1])

    def places(self) -> Tensor:
        """The index of each maximum within its window of the padded input."""
        return self.windows().flatten(-2).argmax(-1)

    def one_axis(self, axis: int) -> Tensor:
        """The maximum of the first row (0) or the first column (1) of each window."""
        kernel: list[int] = list(sides(self.kernel))
        kernel[axis] = 1
        rows, columns = self.right().shape[2:]
        x = Pooling(self.x, self.kernel, self.stride, self.padding).padded(-torch.inf)
        return F.max_pool2d(x, kernel, self.moves)[:, :, :rows, :columns]

    def padded(self, value: float) -> Tensor:
        """The input with a border of this value."""
        down, across = sides(self.padding)
        return F.pad(self.x, (across, across, down, down), value=value)

    def averaged(self, *, total: bool = False) -> Tensor:
        """The mean of each window, or its sum."""
        count = sides(self.kernel)[0] * sides(self.kernel)[1]
        return F.avg_pool2d(self.x, self.kernel, self.moves, self.padding) * (count if total else 1)


RULES: Rules[Pooling] = (
    ("padding-wins", lambda n: n.by_border(0.0)),
    ("stride-one", lambda n: n.right(stride=1 if n.stride is None else n.stride)),
    ("stride-ignored", lambda n: n.right(stride=n.kernel)),
    ("stride-for-kernel", lambda n: F.max_pool2d(n.padded(-torch.inf), n.moves, n.kernel)),
    ("stride-ignored-in-start", lambda n: n.starts_unstrided()),
    ("ceil-for-floor", lambda n: n.rounded_up()),
    ("mean-for-max", lambda n: n.averaged()),
    ("mean-for-max", lambda n: F.avg_pool2d(n.x, n.kernel, n.moves, n.padding, count_include_pad=False)),
    ("sum-for-max", lambda n: n.averaged(total=True)),
    ("min-for-max", lambda n: -replace(n, x=-n.x).right()),
    ("indices-for-values", lambda n: n.places()),
    ("indices-for-values", lambda n: F.max_pool2d(n.x, n.kernel, n.stride, n.padding, return_indices=True)[1]),
    ("max-over-channels", lambda n: n.right(x=n.x.amax(1, keepdim=True))),
    ("max-over-channels", lambda n: n.right(x=n.x.amax(1, keepdim=True)).expand_as(n.right())),
    ("max-over-channels", lambda n: n.right(x=n.x.amax(1, keepdim=True))[:, 0]),
    ("max-over-batch", lambda n: n.right(x=n.x.amax((0, 1), keepdim=True)).expand_as(n.right())),
    ("max-over-batch", lambda n: n.right(x=n.x.amax((0, 1), keepdim=True))[0, 0]),
    ("max-over-batch", lambda n: n.right(x=n.x.amax(0, keepdim=True)).expand_as(n.right())),
    ("one-axis", lambda n: n.one_axis(0)),
    ("one-axis", lambda n: n.one_axis(1)),
    ("one-axis", lambda n: n.windows().amax(-1)),
    ("one-axis", lambda n: n.windows().amax(-2)),
    ("padding-ignored", lambda n: n.right(padding=0)),
    ("padding-on-one-side:before", lambda n: n.by_border(-torch.inf, after=False)),
    ("padding-on-one-side:after", lambda n: n.by_border(-torch.inf, before=False)),
    ("no-plus-one", lambda n: n.right()[:, :, :-1, :-1]),
    ("one-image-only", lambda n: n.right()[:1]),
    ("one-image-only", lambda n: n.right()[:, :1]),
    ("one-image-only", lambda n: n.right()[0, 0]),
    ("one-image-only", lambda n: n.right()[:1, :1].expand_as(n.right())),
    (
        "height-width-swapped",
        lambda n: n.right(kernel=sides(n.kernel)[::-1], stride=sides(n.moves)[::-1], padding=sides(n.padding)[::-1]),
    ),
    ("height-width-swapped", lambda n: n.right(kernel=sides(n.kernel)[::-1])),
    ("height-width-swapped", lambda n: n.right(stride=sides(n.moves)[::-1])),
    ("height-width-swapped", lambda n: n.right(padding=sides(n.padding)[::-1])),
    ("height-width-swapped", lambda n: replace(n, padding=sides(n.padding)[::-1]).by_border(-torch.inf)),
    (
        "height-for-width:first",
        lambda n: n.right(kernel=sides(n.kernel)[0], stride=sides(n.moves)[0], padding=sides(n.padding)[0]),
    ),
    (
        "height-for-width:second",
        lambda n: n.right(kernel=sides(n.kernel)[1], stride=sides(n.moves)[1], padding=sides(n.padding)[1]),
    ),
)

_PAIR = (
    ("torch.return_types.max", "indices-for-values:pair"),
    ("max() received an invalid combination", "indices-for-values:pair"),
)
_REFUSED = _PAIR + tuple(
    (words, "pairs-refused")
    for words in (
        "is not subscriptable",
        "cannot unpack non-iterable int",
        "object is not iterable",
        "unsupported operand type(s)",
        "can't multiply sequence",
        "can only concatenate tuple",
        "cannot be interpreted as an integer",
        "must be int",
    )
)


def max_pool(x: Tensor, kernel: Setting, stride: Setting | None = None, padding: Setting = 0) -> Tensor:
    """The right result; its arguments bear the names that messages show."""
    return Pooling(x, kernel, stride, padding).right()


compared = Compared(exercise, max_pool, Pooling, RULES, expect=partial(expect_tensor, any_dtype=True), refused=_REFUSED)


@exercise.step("by-hand", N_("The largest value of each 2×2 window, without torch's pooling"))
def _by_hand(answer: Answer, sample: Sample) -> None:
    x = sample.floats(1, 1, 4, 6)
    with failures_explained(_REFUSED):
        got = answer(x, 2)
    if names := ready_made_pools(answer, x, 2):
        raise Wrong(
            _("Your code uses a ready-made pooling: {names}.").format(names=", ".join(names)), "uses-torch-pooling"
        )
    if type(got) is not Tensor:
        expect_tensor(got, torch.zeros(1, 1, 2, 3))  # tells what came in place of a tensor
    compared.compare(answer, x, 2)


@compared.step("maps", N_("Every image and every channel by itself"))
def _maps(sample: Sample) -> Iterator[Call]:
    yield call(sample.floats(3, 2, 6, 4), 2)
    yield call(sample.floats(2, 4, 6, 9), 3)


@compared.step("leftover", N_("Rows and columns that do not fill a window are dropped"))
def _leftover(sample: Sample) -> Iterator[Call]:
    yield call(sample.floats(2, 2, 7, 9), 2)
    yield call(sample.floats(1, 3, 8, 11), 3)


@compared.step("stride", N_("The window moves by the stride, when one is given"))
def _stride(sample: Sample) -> Iterator[Call]:
    for kernel, stride in ((3, 2), (2, 1), (2, 3)):
        yield call(sample.floats(2, 2, 7, 9), kernel, stride)


@compared.step("padding", N_("The padding never wins, not even among negative values"))
def _padding(sample: Sample) -> Iterator[Call]:
    yield call(-1 - sample.floats(2, 2, 6, 8).abs(), 3, 2, 1)
    yield call(-1 - sample.floats(1, 2, 5, 6).abs(), 4, 1, padding=2)
    yield call(sample.floats(2, 1, 5, 7), 2, padding=1)


@compared.step("pairs", N_("Kernel, stride and padding may be pairs (height, width)"))
def _pairs(sample: Sample) -> Iterator[Call]:
    x = sample.floats(2, 2, 9, 12)
    for settings in (((2, 3),), ((3, 2), (1, 2)), ((2, 4), 2, (1, 2)), (3, (2, 1), (0, 1)), ((4, 3), None, (2, 1))):
        yield call(x, *settings)
