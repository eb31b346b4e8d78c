"""Lesson 03, layers: one that keeps the size, or divides it by its stride, and one that sees no future."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from course import arithmetic
from course.checking import models, tensors_by_role
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, close, expect_tensor
from course.checking.models import expect_gradients
from course.checking.tensors_by_role import FilledModel, filled_layer
from course.checking.world import Failure
from course.exercises.padding.mistakes import (
    Setting,
    causal,
    causal_mistakes,
    same_conv_mistakes,
    tensorflow_same,
    torch_same,
)
from course.language import N_, _

LAYER_MISCONCEPTIONS = {**models.MISCONCEPTIONS, **tensors_by_role.MISCONCEPTIONS}

same_conv = Exercise(
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
    misconceptions=LAYER_MISCONCEPTIONS,
    hidden={
        N_("other layers"): N_(
            "Compare with `nn.Conv2d(..., padding='same')` for rectangular, even and dilated kernels."
        ),
        N_("strides"): N_(
            "Try sizes that the stride does not divide, a pair of strides, and a stride larger than the kernel."
        ),
    },
)


@same_conv.step("parameters", N_("The layer has one weight, and a bias unless bias=False"))
def _same_parameters(answer: Answer, sample: Sample) -> None:
    for setting, bias in ((Setting((3, 3)), True), (Setting((3, 3)), False), (Setting((2, 5)), True)):
        _same_layer(answer, sample, setting, bias=bias)


@same_conv.step("odd", N_("Odd kernels: the values of torch's 'same'"))
def _same_odd(answer: Answer, sample: Sample) -> None:
    for kernel in (3, 5, 1):
        _expect_same(answer, sample, Setting((kernel, kernel)))


@same_conv.step("even", N_("Even kernels: the size stays, the extra zeros at the right and at the bottom"))
def _same_even(answer: Answer, sample: Sample) -> None:
    for kernel in (4, 2, 6):
        _expect_same(answer, sample, Setting((kernel, kernel)))


@same_conv.step("rectangular", N_("Rows and columns each have their own padding"))
def _same_rectangular(answer: Answer, sample: Sample) -> None:
    for kernel in ((3, 5), (1, 4), (6, 3)):
        _expect_same(answer, sample, Setting(kernel))


@same_conv.step("dilation", N_("Dilation counts"))
def _same_dilation(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in (((3, 3), (2, 2)), ((4, 4), (3, 3)), ((2, 3), (3, 1)), ((3, 2), (1, 2))):
        _expect_same(answer, sample, Setting(kernel, dilation=dilation))


@same_conv.step("stride", N_("With a stride, ceil(size / stride) outputs, by either of the two rules"))
def _same_stride(answer: Answer, sample: Sample) -> None:
    strides = (
        Setting((5, 4), (3, 2)),
        Setting((3, 3), (2, 2)),
        Setting((1, 2), (3, 3)),
        Setting((3, 2), (1, 2), (2, 3)),
    )
    for setting in strides:
        for shape in ((9, 12), (10, 11), (sample.integer(8, 15), sample.integer(8, 15))):
            _expect_same(answer, sample, setting, shape)


@same_conv.step("trainable", N_("Weight and bias get gradients; without a bias the values are right too"))
def _same_trainable(answer: Answer, sample: Sample) -> None:
    _expect_same_trainable(answer, sample)
    _expect_same(answer, sample, Setting((3, 2)), bias=False)


def _same_layer(answer: Answer, sample: Sample, setting: Setting, *, bias: bool = True) -> FilledModel:
    """A size-keeping layer from 2 to 3 channels, filled; square settings are handed over as ints, defaults are not."""
    kernel, stride, dilation = (each[0] if each[0] == each[1] else each for each in setting)
    given = {"stride": stride, "dilation": dilation} | ({} if bias else {"bias": False})
    try:
        layer = answer.build(2, 3, kernel, **{name: value for name, value in given.items() if value != 1})
    except Failure as failure:
        _explain_refusal(failure)
        raise
    _explain_weight(layer, setting.kernel, setting.dilation)
    return filled_layer(layer, sample, (3, 2, *setting.kernel), bias=bias)


def _expect_same(
    answer: Answer, sample: Sample, setting: Setting, shape: tuple[int, int] | None = None, *, bias: bool = True
) -> None:
    """Expect the outputs of one of the two rules, on an input of this height and width."""
    filled = _same_layer(answer, sample, setting, bias=bias)
    height, width = shape or (sample.integer(7, 10), sample.integer(11, 14))
    x = sample.floats(sample.integer(1, 3), 2, height, width)
    try:
        got = filled.model(x)
    except Failure as failure:
        _explain_refusal(failure)
        raise
    arguments = (x, filled.values["weight"], filled.values.get("bias"), setting)
    for right in (tensorflow_same(*arguments), torch_same(*arguments)):
        if type(got) is Tensor and got.shape == right.shape and got.dtype == right.dtype and close(got, right):
            return
    what = _for_shape(x, **setting._asdict(), bias=bias)
    expect_tensor(got, torch_same(*arguments), same_conv_mistakes(*arguments), what=what)


def _expect_same_trainable(answer: Answer, sample: Sample) -> None:
    """Expect the gradients of a size-keeping layer."""
    setting = Setting((3, 2))
    filled = _same_layer(answer, sample, setting)
    x, weight = sample.floats(2, 2, 6, 7), filled.values["weight"].clone().requires_grad_()
    (gradient,) = torch.autograd.grad(torch_same(x, weight, filled.values.get("bias"), setting).sum(), weight)
    _expect_trainable(filled, x, {"weight": gradient, "bias": torch.full((3,), float(2 * 6 * 7))})


def _explain_refusal(failure: Failure) -> None:
    """Raise with a hint of its own when torch refused the padding and it is known why."""
    floats = _("Padding counts cells. `/` always gives a float; for whole numbers there is `//`.")
    known = (
        (
            "not supported for strided",
            "same-with-stride",
            _(
                "torch's 'same' knows no stride. Put the border around the input yourself, and give the layer no padding."
            ),
        ),
        ("Invalid padding string", "same-misspelt", _("torch knows two words, 'valid' and 'same', in small letters.")),
        (
            "conv_transpose",
            "same-for-transposed",
            _("A transposed convolution makes its output larger, and knows no 'same'. An ordinary one is asked here."),
        ),
        ("tuple of (float", "float-for-int", floats),
        ("element of type float", "float-for-int", floats),
    )
    first_line = str(failure).partition("\n")[0]
    for words, key, advice in known:
        if words in failure.message:
            raise Wrong(_("Your code raised {failure}").format(failure=first_line), key, advice)


def _explain_weight(layer: Answer, kernel: Sequence[int], dilation: Sequence[int]) -> None:
    """Raise with a hint of its own when the weight fills the whole span of a dilated kernel."""
    asked = (3, 2, *kernel)
    span = (3, 2, *(arithmetic.effective_kernel(*each) for each in zip(kernel, dilation, strict=True)))
    shapes = {tuple(value.shape) for value in layer.state().values()}
    if asked not in shapes and span in shapes:
        raise Wrong(
            _("Expected a weight of shape {expected}, but it is {got}.").format(expected=asked, got=span),
            "dilation-adds-parameters",
            _(
                "Dilation sets the kernel's numbers apart and adds none: between them there is nothing to learn. Hand `dilation` on "
                "to the layer that does the work, and leave its `kernel_size` as it is."
            ),
        )


causal_conv = Exercise(
    "causal-conv",
    asks="class",
    difficulty=2,
    minutes=10,
    hints=(
        N_(
            "How many cells of the past does the first output need? They do not exist: they are your padding. And on which side?"
        ),
        N_("All of 'same''s zeros go to one side: dilation · (kernel_size − 1) before the signal, none after it."),
        N_("`self.past = dilation * (kernel_size - 1)` and, in `forward`, `self.conv(F.pad(x, (self.past, 0)))`."),
    ),
    misconceptions=LAYER_MISCONCEPTIONS,
    hidden={
        N_("other layers"): N_(
            "Try a kernel of 1, an even kernel, and a dilation that reaches back beyond the signal's start."
        )
    },
)


@causal_conv.step("parameters", N_("The layer has one weight and one bias"))
def _causal_parameters(answer: Answer, sample: Sample) -> None:
    for kernel in (3, 4):
        _causal_layer(answer, sample, kernel, 1)


@causal_conv.step("length", N_("The signal keeps its length"))
def _causal_length(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in ((3, 1), (4, 1), (1, 1), (3, 2), (2, 5)):
        _expect_causal(answer, sample, kernel, dilation, length_only=True)


@causal_conv.step("future", N_("No output changes when the future changes"))
def _future(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in ((3, 1), (4, 1), (2, 3)):
        _expect_no_future(answer, sample, kernel, dilation)


@causal_conv.step("present", N_("Each output sees its own moment"))
def _present(answer: Answer, sample: Sample) -> None:
    _expect_present(answer, sample)


@causal_conv.step("values", N_("The kernel's last number meets the present, the others meet the past"))
def _causal_values(answer: Answer, sample: Sample) -> None:
    for kernel in (3, 4, 1):
        _expect_causal(answer, sample, kernel, 1)


@causal_conv.step("dilation", N_("Dilation counts"))
def _causal_dilation(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in ((3, 2), (2, 4), (4, 3), (5, 6)):
        _expect_causal(answer, sample, kernel, dilation)


@causal_conv.step("trainable", N_("Weight and bias get gradients"))
def _causal_trainable(answer: Answer, sample: Sample) -> None:
    _expect_causal_trainable(answer, sample)


def _causal_layer(answer: Answer, sample: Sample, kernel: int, dilation: int) -> FilledModel:
    """A causal layer from 2 to 3 channels, filled."""
    layer = answer.build(2, 3, kernel) if dilation == 1 else answer.build(2, 3, kernel, dilation=dilation)
    _explain_weight(layer, (kernel,), (dilation,))
    return filled_layer(layer, sample, (3, 2, kernel))


def _expect_causal(answer: Answer, sample: Sample, kernel: int, dilation: int, *, length_only: bool = False) -> None:
    """Expect the outputs of a causal layer, or only as many as there are inputs."""
    filled = _causal_layer(answer, sample, kernel, dilation)
    x = sample.floats(sample.integer(1, 3), 2, sample.integer(9, 16))
    got, expected = filled.model(x), causal(x, filled.values["weight"], filled.values.get("bias"), dilation)
    if length_only and type(got) is Tensor and got.shape == expected.shape:
        return
    mistakes = causal_mistakes(x, filled.values["weight"], filled.values.get("bias"), dilation)
    expect_tensor(got, expected, mistakes, what=_for_shape(x, kernel_size=kernel, dilation=dilation))


def _expect_no_future(answer: Answer, sample: Sample, kernel: int, dilation: int) -> None:
    """Expect that outputs up to a moment stay as they are when all inputs after it change."""
    filled = _causal_layer(answer, sample, kernel, dilation)
    x, now = sample.floats(2, 2, 12), sample.integer(3, 8)
    changed = x.clone()
    changed[..., now + 1 :] += 1 + sample.floats(2, 2, 11 - now).abs()
    before, after = filled.model(x)[..., : now + 1], filled.model(changed)[..., : now + 1]
    moved = ~torch.isclose(before, after).flatten(0, 1).all(dim=0)
    if not bool(moved.any()):
        return
    raise Wrong(
        _(
            "Only the inputs from {later} on were changed, but output {first} changed as well ({setting}): it sees the future."
        ).format(
            later=now + 1, first=int(moved.nonzero()[0]), setting=arguments_text(kernel_size=kernel, dilation=dilation)
        ),
        "sees-the-future",
        _("Draw the window of output 0. Which inputs may lie in it? On which side are the zeros, then?"),
    )


def _expect_present(answer: Answer, sample: Sample) -> None:
    """Expect that an output changes when the input of its own moment does."""
    filled = _causal_layer(answer, sample, 3, 1)
    x, now = sample.floats(1, 2, 9), sample.integer(3, 7)
    changed = x.clone()
    changed[..., now] += 3
    if torch.equal(filled.model(x)[..., now], filled.model(changed)[..., now]):
        raise Wrong(
            _("Input {now} was changed, but output {now} did not change: it sees only the past.").format(now=now),
            "present-left-out",
            _("The present is no future: the window may end on it. Is there one zero too many before the signal?"),
        )


def _expect_causal_trainable(answer: Answer, sample: Sample) -> None:
    """Expect the gradients of a causal layer."""
    filled = _causal_layer(answer, sample, 3, 2)
    x, weight = sample.floats(2, 2, 9), filled.values["weight"].clone().requires_grad_()
    (gradient,) = torch.autograd.grad(causal(x, weight, filled.values.get("bias"), 2).sum(), weight)
    _expect_trainable(filled, x, {"weight": gradient, "bias": torch.full((3,), float(2 * 9))})


def _expect_trainable(filled: FilledModel, x: Tensor, expected: dict[str, Tensor]) -> None:
    """Expect that the sum of the outputs has these gradients, by role."""
    roles = {filled.names[role]: _(role) for role in expected}
    by_name = {filled.names[role]: gradient for role, gradient in expected.items()}
    expect_gradients(filled.model.gradients(x).parameters, by_name, roles)


def _for_shape(x: Tensor, **settings: object) -> str:
    return _("for an input of shape {shape}, {settings}").format(
        shape=tuple(x.shape), settings=arguments_text(**settings)
    )
