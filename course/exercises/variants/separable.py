"""Lesson 04, depthwise separable convolution: the layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking import models
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor
from course.checking.models import expect_gradients
from course.checking.tensors_by_role import FilledModel, gradients_by_role, held, load, names_of_shape, squeezed
from course.language import N_, _
from course.misconceptions import paddings

depthwise_separable = Exercise(
    "depthwise-separable",
    asks="class",
    difficulty=2,
    minutes=12,
    hints=(
        N_(
            "Two layers, one after the other. The first looks around but mixes no channels, the second mixes channels but looks nowhere around."
        ),
        N_(
            "Depthwise: from in_channels to in_channels, with as many groups. Pointwise: 1 × 1, from in_channels to out_channels. "
            "Which padding keeps the size for every kernel?"
        ),
        N_(
            "`nn.Conv2d(in_channels, in_channels, kernel_size, padding='same', groups=in_channels)`, then `nn.Conv2d(in_channels, out_channels, 1)`."
        ),
    ),
    hidden={
        N_("other layers"): N_("Try an even kernel, fewer output than input channels, and the kernel size left out.")
    },
    misconceptions={
        **models.MISCONCEPTIONS,
        **paddings.MISCONCEPTIONS,
        "no-gradient": N_(
            "Is it part of a layer such as `nn.Conv2d`? And does `forward` use it without `detach` or `no_grad`?"
        ),
    },
)


@depthwise_separable.step("parameters", N_("A depthwise weight, a pointwise weight, and a bias for each of the two"))
def _parameters(answer: Answer, sample: Sample) -> None:
    _filled(answer, sample, 4, 8, None)
    _filled(answer, sample, 6, 5, 4)


@depthwise_separable.step("size", N_("The size is kept: odd kernels, even kernels"))
def _size(answer: Answer, sample: Sample) -> None:
    for kernel in (None, 5, 4, 2):
        _expect_separable(answer, sample, 4, 6, kernel, size_only=True)


@depthwise_separable.step("values", N_("Each channel by its own kernel, then the mixing, and nothing between the two"))
def _values(answer: Answer, sample: Sample) -> None:
    _expect_separable(answer, sample, 4, 8, None)
    _expect_separable(answer, sample, 5, 3, 3)


@depthwise_separable.step("kernels", N_("Other kernels; for even ones the zeros lie as for padding='same'"))
def _kernels(answer: Answer, sample: Sample) -> None:
    for kernel in (5, 2, 4, 7):
        _expect_separable(answer, sample, 3, 5, kernel)


@depthwise_separable.step("trainable", N_("Both weights and both biases get gradients"))
def _trainable(answer: Answer, sample: Sample) -> None:
    filled = _filled(answer, sample, 4, 6, 3)
    x, weight = sample.floats(2, 4, 7, 9), sample.floats(2, 6, 7, 9)
    expected = gradients_by_role(lambda values: (separable(x, values) * weight).sum(), filled.values)
    found = filled.model.gradients(x, weight=weight).parameters
    expect_gradients(found, {filled.names[role]: gradient for role, gradient in expected.items()})


def separable(x: Tensor, values: Mapping[str, Tensor], sides: tuple[int, int] | None = None) -> Tensor:
    """Depthwise, then pointwise. `sides` are the zeros before and after on both axes, those of 'same' by default."""
    kernel = values["depthwise"].shape[-1]
    first, last = arithmetic.same_padding(kernel) if sides is None else sides
    padded = F.pad(x, (first, last, first, last))
    return F.conv2d(depthwise(padded, values), values["pointwise"], values["pointwise bias"])


def depthwise(padded: Tensor, values: Mapping[str, Tensor]) -> Tensor:
    """The depthwise half, without padding."""
    return F.conv2d(padded, values["depthwise"], values["depthwise bias"], groups=padded.shape[1])


def _filled(answer: Answer, sample: Sample, in_channels: int, out_channels: int, kernel: int | None) -> FilledModel:
    """A layer that was built by the answer, with random values in its four tensors; a kernel of None is left out."""
    layer = answer.build(in_channels, out_channels, *([] if kernel is None else [kernel]))
    state, side = layer.state(), kernel or 3
    shapes = {
        "depthwise": (in_channels, 1, side, side),
        "depthwise bias": (in_channels,),
        "pointwise": (out_channels, in_channels, 1, 1),
        "pointwise bias": (out_channels,),
    }
    same = {role: names_of_shape(state, shape, but_for_ones=True) for role, shape in shapes.items()}
    missing = [role for role, names in same.items() if len(names) != 1]
    if missing:
        raise _explained(state, missing, shapes, in_channels, out_channels, side)
    names = {role: name for role, (name,) in same.items()}
    if extra := [name for name in state if name not in names.values()]:
        raise Wrong(
            _("Two weights and two biases were expected, and the state_dict holds more: {names}.").format(
                names=", ".join(extra)
            ),
            "something-between",
            _direct(),
        )
    values = {role: sample.floats(*shape) for role, shape in shapes.items()}
    load(layer, names, {role: value.reshape(state[names[role]].shape) for role, value in values.items()})
    return FilledModel(layer, values, names)


def _direct() -> str:
    return _("The two layers follow each other directly here: no third layer, no BatchNorm, nothing between them.")


def _explained(
    state: Mapping[str, Tensor],
    missing: list[str],
    shapes: Mapping[str, tuple[int, ...]],
    in_channels: int,
    out_channels: int,
    side: int,
) -> Wrong:
    """What is wrong with a layer in whose state something is missing."""
    words = {
        "depthwise": _("depthwise weight"),
        "depthwise bias": _("depthwise bias"),
        "pointwise": _("pointwise weight"),
        "pointwise bias": _("pointwise bias"),
    }
    there = {squeezed(value.shape) for value in state.values()}
    if all(squeezed(shapes[role]) in there for role in missing):
        return Wrong(
            _("Expected one {role} of shape {shape}, but the state_dict holds {held}.").format(
                role=words[missing[0]], shape=shapes[missing[0]], held=held(state)
            ),
            "something-between",
            _direct(),
        )
    message = _("Expected a {role} of shape {shape} in the state_dict, but it holds {held}.").format(
        role=words[missing[0]], shape=shapes[missing[0]], held=held(state)
    )
    if (in_channels, in_channels, side, side) in there or (out_channels, in_channels, side, side) in there:
        return Wrong(
            message,
            "groups-forgotten",
            _("This weight sees all input channels at once. What lets each channel have a kernel of its own?"),
        )
    if (out_channels, side, side) in there and "pointwise" in missing:
        return Wrong(
            message,
            "no-pointwise",
            _("There are groups, but each output channel sees a single input channel. Which layer mixes the channels?"),
        )
    if (out_channels, side, side) in there:
        return Wrong(
            message,
            "pointwise-first",
            _("The order is turned around. First the kernels on each input channel, then the mixing."),
        )
    if "pointwise" in missing and "depthwise" not in missing:
        return Wrong(message, "no-pointwise", _("Each channel stays alone. Which layer mixes the channels?"))
    if not {"depthwise", "pointwise"} & set(missing):
        return Wrong(message, "bias-left-out", _("Both layers have a bias here. Look at `bias=`."))
    if (in_channels, 3, 3) in there and side != 3:
        return Wrong(message, "kernel-size-ignored", _("Is `kernel_size` handed on to the depthwise layer?"))
    return Wrong(
        message,
        "parameter-missing",
        _(
            "Make both layers in `__init__` and keep them as attributes: `self.depthwise = …`. Then look at the order of their arguments."
        ),
    )


def _expect_separable(
    answer: Answer,
    sample: Sample,
    in_channels: int,
    out_channels: int,
    kernel: int | None,
    *,
    size_only: bool = False,
) -> None:
    filled = _filled(answer, sample, in_channels, out_channels, kernel)
    x = sample.floats(sample.integer(2, 3), in_channels, sample.integer(8, 9), sample.integer(10, 12))
    what = _("for an input of shape {shape}, kernel_size={kernel}").format(shape=tuple(x.shape), kernel=kernel or 3)
    got, expected = filled.model(x), separable(x, filled.values)
    if size_only and type(got) is Tensor and got.shape == expected.shape:
        return
    expect_tensor(got, expected, separable_mistakes(x, filled.values), what=what)


def separable_mistakes(x: Tensor, values: Mapping[str, Tensor]) -> tuple[Mistake, ...]:
    """Wrong outputs of a depthwise separable layer."""
    kernel = values["depthwise"].shape[-1]
    before, after = arithmetic.same_padding(kernel)
    half = kernel // 2

    def padded(first: int, last: int) -> Callable[[], Tensor]:
        return lambda: separable(x, values, (first, last))

    def between(function: Callable[[Tensor], Tensor]) -> Callable[[], Tensor]:
        maps = depthwise(F.pad(x, (before, after, before, after)), values)
        return lambda: F.conv2d(function(maps), values["pointwise"], values["pointwise bias"])

    def without(*roles: str) -> Callable[[], Tensor]:
        return lambda: separable(
            x, {role: torch.zeros_like(value) if role in roles else value for role, value in values.items()}
        )

    direct = _("Something stands between the two layers. Here the second one gets just what the first one gives.")
    unused = _("A bias is there, but it changes nothing in the result.")
    return (
        Mistake("something-between", between(F.relu), direct),
        Mistake("something-between", between(F.relu6), direct),
        Mistake("something-between", between(lambda maps: F.batch_norm(maps, None, None, training=True)), direct),
        Mistake(
            "activation-after",
            lambda: separable(x, values).relu(),
            _("A ReLU stands at the end. The layer is asked alone; whoever uses it adds the ReLU."),
        ),
        Mistake("half-even-kernel", padded(half, half)),
        Mistake("extra-cell-before", padded(after, before)),
        Mistake("extra-cell-dropped", padded(before, before)),
        Mistake("padding-ignored", padded(0, 0), _("No border was added at all.")),
        Mistake(
            "padding-of-three",
            padded(1, 1),
            _("One zero on each side is right for a kernel of 3. How many does this kernel need?"),
        ),
        Mistake(
            "padded-twice",
            lambda: F.conv2d(
                F.pad(depthwise(F.pad(x, (before, after) * 2), values), (before, after) * 2),
                values["pointwise"],
                values["pointwise bias"],
            ),
            _("The pointwise layer needs no padding: a 1 × 1 window fits everywhere."),
        ),
        Mistake("bias-ignored", without("depthwise bias"), unused),
        Mistake("bias-ignored", without("pointwise bias"), unused),
        Mistake("bias-ignored", without("depthwise bias", "pointwise bias"), unused),
        Mistake(
            "input-added",
            lambda: separable(x, values) + x,
            _("The input is added to the result. Such a shortcut comes in lesson 05; here it is not asked."),
        ),
    )
