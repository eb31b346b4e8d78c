"""Exercise depthwise-separable: the layer of a depthwise and a pointwise convolution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking import models
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, mistakes
from course.checking.tensors_by_role import FilledModel, expect_formula_gradients, held, load, names_of_shape, squeezed
from course.language import N_, _
from course.misconceptions import Misconception, Rules, paddings
from course.misconceptions.paddings import Sides

exercise = Exercise(
    "depthwise-separable",
    asks="class",
    difficulty=2,
    minutes=12,
    hints=(
        N_(
            "Two layers, one after the other. The first looks around but mixes no channels, the second mixes channels but sees no neighbours."
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
        "depthwise-left-out": Misconception(
            "The depthwise layer is not used in forward.",
            N_("That is the pointwise layer alone. `forward` takes the input through the depthwise layer first."),
        ),
        "something-between": Misconception(
            "Something is between the depthwise and the pointwise layer.",
            N_(
                "There is something between the two layers. Here the output of the first one goes straight into the second."
            ),
        ),
        "something-between:tensors": N_(
            "The two layers follow each other directly here: no third layer, no BatchNorm, nothing between them."
        ),
        "groups-forgotten": Misconception(
            "The depthwise layer has no groups.",
            N_("This weight sees all input channels at once. What lets each channel have a kernel of its own?"),
        ),
        "no-pointwise": Misconception(
            "A convolution with groups = channels is taken for a separable one; the pointwise layer is missing.",
            N_(
                "There are groups, but each output channel sees a single input channel. Which layer mixes the channels?"
            ),
        ),
        "no-pointwise:alone": N_("Each channel stays alone. Which layer mixes the channels?"),
        "pointwise-first": Misconception(
            "The pointwise layer comes first.",
            N_("The order is the wrong way round. First the kernels on each input channel, then the mixing."),
        ),
        "bias-left-out": N_("Both layers have a bias here. Look at `bias=`."),
        "kernel-size-ignored": Misconception(
            "The kernel size that was given is not used.", N_("Is `kernel_size` passed on to the depthwise layer?")
        ),
        "parameter-missing": N_(
            "Make both layers in `__init__` and keep them as attributes: `self.depthwise = …`. Then look at the order of their arguments."
        ),
        "activation-after": Misconception(
            "An activation follows, which was not asked for.",
            N_("A ReLU comes at the end. Only the layer itself is asked for; whoever uses it can add the ReLU."),
        ),
        "padding-of-three": Misconception(
            "The padding fits a kernel of 3 only.",
            N_("One zero on each side is right for a kernel of 3. How many does this kernel need?"),
        ),
        "padded-twice": Misconception(
            "Both layers pad.", N_("The pointwise layer needs no padding: a 1 × 1 window fits everywhere.")
        ),
        "bias-ignored": N_("A bias is there, but it changes nothing in the result."),
        "input-added": N_(
            "The input is added to the result. Such a shortcut is a topic of lesson 07; here nothing is added."
        ),
    },
)


@exercise.step("parameters", N_("A depthwise weight, a pointwise weight, and a bias for each of the two"))
def _parameters(answer: Answer, sample: Sample) -> None:
    _filled(answer, sample, 4, 8, None)
    _filled(answer, sample, 6, 5, 4)


@exercise.step("size", N_("The size is kept: odd kernels, even kernels"))
def _size(answer: Answer, sample: Sample) -> None:
    for kernel in (None, 5, 4, 2):
        _expect_separable(answer, sample, 4, 6, kernel, size_only=True)


@exercise.step("values", N_("Each channel by its own kernel, then the mixing, and nothing between the two"))
def _values(answer: Answer, sample: Sample) -> None:
    _expect_separable(answer, sample, 4, 8, None)
    _expect_separable(answer, sample, 5, 3, 3)


@exercise.step("kernels", N_("Other kernels; for even ones the zeros lie as for padding='same'"))
def _kernels(answer: Answer, sample: Sample) -> None:
    for kernel in (5, 2, 4, 7):
        _expect_separable(answer, sample, 3, 5, kernel)


@exercise.step("trainable", N_("Both weights and both biases get gradients"))
def _trainable(answer: Answer, sample: Sample) -> None:
    filled = _filled(answer, sample, 4, 6, 3)
    x, weight = sample.floats(2, 4, 7, 9), sample.floats(2, 6, 7, 9)
    expect_formula_gradients(filled, lambda values, x: separable(x, values), x, weight)


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
            "something-between:tensors",
        )
    values = {role: sample.floats(*shape) for role, shape in shapes.items()}
    load(layer, names, {role: value.reshape(state[names[role]].shape) for role, value in values.items()})
    return FilledModel(layer, values, names)


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
            "something-between:tensors",
        )
    message = _("Expected a {role} of shape {shape} in the state_dict, but it holds {held}.").format(
        role=words[missing[0]], shape=shapes[missing[0]], held=held(state)
    )
    if (in_channels, in_channels, side, side) in there or (out_channels, in_channels, side, side) in there:
        return Wrong(
            message,
            "groups-forgotten",
        )
    if (out_channels, side, side) in there and "pointwise" in missing:
        return Wrong(
            message,
            "no-pointwise",
        )
    if (out_channels, side, side) in there:
        return Wrong(
            message,
            "pointwise-first",
        )
    if "pointwise" in missing and "depthwise" not in missing:
        return Wrong(message, "no-pointwise:alone")
    if not {"depthwise", "pointwise"} & set(missing):
        return Wrong(message, "bias-left-out")
    if (in_channels, 3, 3) in there and side != 3:
        return Wrong(message, "kernel-size-ignored")
    return Wrong(
        message,
        "parameter-missing",
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
    expect_tensor(got, expected, mistakes(RULES, Separable(x, filled.values)), what=what)


class Separable(NamedTuple):
    """An input (N, C, H, W), and the layer's tensors by their role."""

    x: Tensor
    values: Mapping[str, Tensor]

    @property
    def kernel(self) -> int:
        """The depthwise kernel's side."""
        return self.values["depthwise"].shape[-1]

    def padded(self, sides: Sides) -> Tensor:
        """The output with so many zeros before and after."""
        return separable(self.x, self.values, sides)

    def maps(self, x: Tensor) -> Tensor:
        """What the depthwise layer gives, padded as it should be."""
        return depthwise(F.pad(x, arithmetic.same_padding(self.kernel) * 2), self.values)

    def pointwise(self, maps: Tensor) -> Tensor:
        """What the pointwise layer gives."""
        return F.conv2d(maps, self.values["pointwise"], self.values["pointwise bias"])

    def without(self, *roles: str) -> Tensor:
        """The output with zeros in place of some tensors."""
        zeros = {role: torch.zeros_like(self.values[role]) for role in roles}
        return separable(self.x, {**self.values, **zeros})


def _batch_normed(maps: Tensor) -> Tensor:
    return F.batch_norm(maps, None, None, training=True)


RULES: Rules[Separable] = (
    ("something-between", lambda n: n.pointwise(F.relu(n.maps(n.x)))),
    ("something-between", lambda n: n.pointwise(F.relu6(n.maps(n.x)))),
    ("something-between", lambda n: n.pointwise(_batch_normed(n.maps(n.x)))),
    ("activation-after", lambda n: separable(n.x, n.values).relu()),
    ("half-even-kernel", lambda n: n.padded(paddings.half(n.kernel))),
    ("extra-cell-before", lambda n: n.padded(paddings.odd_cell_before(n.kernel))),
    ("extra-cell-dropped", lambda n: n.padded(paddings.odd_cell_dropped(n.kernel))),
    ("padding-ignored", lambda n: n.padded((0, 0))),
    ("padding-of-three", lambda n: n.padded((1, 1))),
    ("padded-twice", lambda n: n.pointwise(F.pad(n.maps(n.x), arithmetic.same_padding(n.kernel) * 2))),
    ("depthwise-left-out", lambda n: n.pointwise(n.x)),
    ("bias-ignored", lambda n: n.without("depthwise bias")),
    ("bias-ignored", lambda n: n.without("pointwise bias")),
    ("bias-ignored", lambda n: n.without("depthwise bias", "pointwise bias")),
    ("input-added", lambda n: separable(n.x, n.values) + n.x),
)
