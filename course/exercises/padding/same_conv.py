"""Exercise same-conv: a layer that keeps the size, or divides it by its stride, for every kernel and dilation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import close, expect_tensor, failures_explained, mistakes
from course.checking.tensors_by_role import FilledModel, filled_layer
from course.exercises.padding import layers
from course.language import N_
from course.misconceptions import Misconception, Rules, paddings
from course.misconceptions.paddings import Share, Sides

exercise = Exercise(
    "same-conv",
    asks="class",
    difficulty=3,
    minutes=15,
    hints=(
        N_("A layer without padding of its own does the work; the border comes before it, in `forward`."),
        N_(
            "In `__init__`: `self.conv = nn.Conv2d(...)` without padding. It keeps `kernel_size`, `stride` and `dilation` as pairs "
            "(rows, columns), whatever was given. In `forward`: before and after for each axis, `F.pad`, then the layer."
        ),
        N_(
            "For each axis `total = dilation * (kernel - 1)`, `total // 2` before and the rest after; this works for every stride. "
            "`F.pad` wants (left, right, top, bottom)."
        ),
    ),
    hidden={
        N_("other layers"): N_(
            "Compare with `nn.Conv2d(..., padding='same')` for rectangular, even and dilated kernels."
        ),
        N_("strides"): N_(
            "Try sizes that the stride does not divide, a pair of strides, and a stride larger than the kernel."
        ),
    },
    misconceptions={
        **layers.MISCONCEPTIONS,
        "height-width-swapped": N_("`F.pad` begins with the last axis: left, right, top, bottom."),
        "one-padding-for-both-axes": Misconception(
            "One axis's padding is used for both.",
            N_("Rows and columns have kernels of their own, so each needs a padding of its own."),
        ),
        "stride-ignored": N_("Every position is there. With a stride, keep only every stride-th one."),
        "stride-minus-kernel": Misconception(
            "The padding is computed from the kernel minus the stride, whatever the size.",
            N_("kernel − stride is right only when the stride divides the size. Here it also depends on the size."),
        ),
        "wrong-phase": Misconception(
            "The stride keeps other rows and columns than it should.",
            N_("You keep the last of each group of positions. Keep the first: slices begin at 0."),
        ),
        "same-with-stride": Misconception(
            "padding='same' is used with a stride, which torch refuses.",
            N_("torch's 'same' does not work with a stride. Pad the input yourself, and give the layer no padding."),
        ),
        "same-misspelt": Misconception(
            "'same' is spelt another way.", N_("torch knows two words, 'valid' and 'same', in small letters.")
        ),
        "same-for-transposed": Misconception(
            "padding='same' is used for a transposed convolution, which has none.",
            N_(
                "A transposed convolution makes its output larger, and has no 'same'. Use an ordinary convolution here."
            ),
        ),
        "float-for-int": N_("Padding counts cells. `/` always gives a float; for whole numbers there is `//`."),
    },
)

REFUSALS = (
    ("not supported for strided", "same-with-stride"),
    ("Invalid padding string", "same-misspelt"),
    ("conv_transpose", "same-for-transposed"),
    ("tuple of (float", "float-for-int"),
    ("element of type float", "float-for-int"),
)
"""torch's words when it refuses a padding, and the misconception that they tell of."""


class Setting(NamedTuple):
    """A layer's settings on both axes, as (rows, columns)."""

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class SameConv:
    """A size-keeping layer's call: x (N, C, H, W), weight (O, C, kH, kW), bias (O,)."""

    x: Tensor
    weight: Tensor
    bias: Tensor | None
    setting: Setting

    def conv(self, rows: Sides, columns: Sides, mode: str = "constant") -> Tensor:
        """The outputs with this padding."""
        padded = F.pad(self.x, (*columns, *rows), mode=mode)
        return F.conv2d(padded, self.weight, self.bias, self.setting.stride, 0, self.setting.dilation)

    def shares(self, share: Share) -> tuple[Sides, Sides]:
        """The padding of (rows, columns) by this rule."""
        rows, columns = map(share, self.setting.kernel, self.setting.dilation)
        return rows, columns

    def by(self, share: Share) -> Tensor:
        """The outputs with the padding of this rule on each axis."""
        return self.conv(*self.shares(share))

    def torch(self) -> Tensor:
        """What torch's 'same' gives, then every stride-th row and column of it."""
        return self.by(arithmetic.same_padding)

    def tensorflow_sides(self) -> tuple[Sides, Sides]:
        """The padding of TensorFlow's 'SAME': just enough zeros for ceil(size / stride) windows, the odd one after.

        Source: `GetWindowedOutputSizeVerbose` in tensorflow/core/framework/kernel_shape_util.cc.
        """

        def sides(size: int, kernel: int, stride: int, dilation: int) -> Sides:
            last = (-(-size // stride) - 1) * stride
            return paddings.shared(max(last + arithmetic.effective_kernel(kernel, dilation) - size, 0))

        rows, columns = map(sides, self.x.shape[-2:], *self.setting)
        return rows, columns

    def tensorflow(self) -> Tensor:
        """What TensorFlow's 'SAME' gives."""
        return self.conv(*self.tensorflow_sides())

    def odd_cell_before(self) -> Tensor:
        """TensorFlow's rule with the odd zero before."""
        rows, columns = self.tensorflow_sides()
        return self.conv(rows[::-1], columns[::-1])

    def kernel_minus_stride(self) -> Tensor:
        """Zeros for the kernel's span minus the stride, whatever the size."""

        def sides(kernel: int, stride: int, dilation: int) -> Sides:
            return paddings.shared(max(arithmetic.effective_kernel(kernel, dilation) - stride, 0))

        rows, columns = map(sides, *self.setting)
        return self.conv(rows, columns)

    def set(self, **changed: tuple[int, int]) -> SameConv:
        """The same call with other settings."""
        return replace(self, setting=self.setting._replace(**changed))

    def last_of_each_group(self) -> Tensor:
        """Every stride-th row and column, counted from the last of the first group."""
        down, right = self.setting.stride
        return self.set(stride=(1, 1)).torch()[..., down - 1 :: down, right - 1 :: right]


RULES: Rules[SameConv] = (
    ("extra-cell-before", lambda n: n.odd_cell_before()),
    ("half-even-kernel", lambda n: n.by(paddings.half)),
    ("half-even-kernel", lambda n: n.by(paddings.half_dilated)),
    ("extra-cell-before", lambda n: n.by(paddings.odd_cell_before)),
    ("halved-before-dilated", lambda n: n.by(paddings.halved_before_dilated)),
    ("extra-cell-dropped", lambda n: n.by(paddings.odd_cell_dropped)),
    ("height-width-swapped", lambda n: n.conv(*n.shares(arithmetic.same_padding)[::-1])),
    ("one-padding-for-both-axes", lambda n: n.conv(*n.shares(arithmetic.same_padding)[1:] * 2)),
    ("one-padding-for-both-axes", lambda n: n.conv(*n.shares(arithmetic.same_padding)[:1] * 2)),
    ("dilation-ignored:span", lambda n: n.by(paddings.undilated)),
    ("dilation-ignored:span", lambda n: n.by(lambda kernel, dilation: paddings.half(kernel))),
    ("dilation-ignored", lambda n: n.set(dilation=(1, 1)).torch()),
    ("padding-ignored", lambda n: n.conv((0, 0), (0, 0))),
    ("stride-ignored", lambda n: n.set(stride=(1, 1)).torch()),
    ("stride-minus-kernel", lambda n: n.kernel_minus_stride()),
    ("wrong-phase", lambda n: n.last_of_each_group()),
    ("border-not-zero", lambda n: n.conv(*n.shares(arithmetic.same_padding), mode="replicate")),
    ("bias-ignored", lambda n: replace(n, bias=None).torch()),
)


@exercise.step("parameters", N_("The layer has one weight, and a bias unless bias=False"))
def _parameters(answer: Answer, sample: Sample) -> None:
    for setting, bias in ((Setting((3, 3)), True), (Setting((3, 3)), False), (Setting((2, 5)), True)):
        _layer(answer, sample, setting, bias=bias)


@exercise.step("odd", N_("Odd kernels: the values of torch's 'same'"))
def _odd(answer: Answer, sample: Sample) -> None:
    for kernel in (3, 5, 1):
        _expect(answer, sample, Setting((kernel, kernel)))


@exercise.step("even", N_("Even kernels: the size stays, the extra zeros at the right and at the bottom"))
def _even(answer: Answer, sample: Sample) -> None:
    for kernel in (4, 2, 6):
        _expect(answer, sample, Setting((kernel, kernel)))


@exercise.step("rectangular", N_("Rows and columns each have their own padding"))
def _rectangular(answer: Answer, sample: Sample) -> None:
    for kernel in ((3, 5), (1, 4), (6, 3)):
        _expect(answer, sample, Setting(kernel))


@exercise.step("dilation", N_("Dilation counts"))
def _dilation(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in (((3, 3), (2, 2)), ((4, 4), (3, 3)), ((2, 3), (3, 1)), ((3, 2), (1, 2))):
        _expect(answer, sample, Setting(kernel, dilation=dilation))


@exercise.step("stride", N_("With a stride, ceil(size / stride) outputs, by either of the two rules"))
def _stride(answer: Answer, sample: Sample) -> None:
    strides = (
        Setting((5, 4), (3, 2)),
        Setting((3, 3), (2, 2)),
        Setting((1, 2), (3, 3)),
        Setting((3, 2), (1, 2), (2, 3)),
    )
    for setting in strides:
        for shape in ((9, 12), (10, 11), (sample.integer(8, 15), sample.integer(8, 15))):
            _expect(answer, sample, setting, shape)


@exercise.step("trainable", N_("Weight and bias can learn; without a bias the values are right too"))
def _trainable(answer: Answer, sample: Sample) -> None:
    setting = Setting((3, 2))
    filled, x = _layer(answer, sample, setting), sample.floats(2, 2, 6, 7)
    layers.expect_trainable(filled, x, lambda values: SameConv(x, values["weight"], values["bias"], setting).torch())
    _expect(answer, sample, setting, bias=False)


def _layer(answer: Answer, sample: Sample, setting: Setting, *, bias: bool = True) -> FilledModel:
    """A size-keeping layer from 2 to 3 channels, filled; square settings are handed over as ints, defaults are not."""
    kernel, stride, dilation = (each[0] if each[0] == each[1] else each for each in setting)
    given = {"stride": stride, "dilation": dilation} | ({} if bias else {"bias": False})
    with failures_explained(REFUSALS):
        layer = answer.build(2, 3, kernel, **{name: value for name, value in given.items() if value != 1})
    layers.expect_dilation_without_parameters(layer, setting.kernel, setting.dilation)
    return filled_layer(layer, sample, (3, 2, *setting.kernel), bias=bias)


def _expect(
    answer: Answer, sample: Sample, setting: Setting, shape: tuple[int, int] | None = None, *, bias: bool = True
) -> None:
    """Expect the outputs of one of the two rules, on an input of this height and width."""
    filled = _layer(answer, sample, setting, bias=bias)
    height, width = shape or (sample.integer(7, 10), sample.integer(11, 14))
    x = sample.floats(sample.integer(1, 3), 2, height, width)
    with failures_explained(REFUSALS):
        got = filled.model(x)
    asked = SameConv(x, filled.values["weight"], filled.values.get("bias"), setting)
    for right in (asked.tensorflow(), asked.torch()):
        if type(got) is Tensor and got.shape == right.shape and got.dtype == right.dtype and close(got, right):
            return
    what = layers.for_input(x, **setting._asdict(), bias=bias)
    expect_tensor(got, asked.torch(), mistakes(RULES, asked), what=what)
