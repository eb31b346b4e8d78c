"""Exercise causal-conv: a layer for signals that sees no future."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, expect_tensor, mistakes
from course.checking.tensors_by_role import FilledModel, filled_layer
from course.exercises.padding import layers
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
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
    hidden={
        N_("other layers"): N_(
            "Try a kernel of 1, an even kernel, and a dilation that reaches back beyond the signal's start."
        )
    },
    misconceptions={
        **layers.MISCONCEPTIONS,
        "sees-the-future": Misconception(
            "The output at a time depends on later samples.",
            N_("Draw the window of output 0. Which inputs may lie in it? On which side are the zeros, then?"),
        ),
        "present-left-out": Misconception(
            "The present sample is not seen.",
            N_(
                "The present is not the future: the window may end on it. Is there one zero too many before the signal?"
            ),
        ),
        "kernel-for-padding": N_("The present needs no padding: count only the cells before it."),
        "padding-ignored": N_("No zeros were added at all."),
        "minus-zero-slice": Misconception(
            "A slice that ends at -0 is empty.",
            N_(
                "With nothing to cut off, `[..., :-0]` keeps nothing: in Python −0 is 0. Count from the front, up to the length."
            ),
        ),
        "not-trimmed": Misconception(
            "The output is longer than the input.",
            N_("Both ends were padded, so there are outputs after the last input. Which ones are too many?"),
        ),
        "kernel-flipped": N_("The kernel is turned around: its last number must meet the present, as in `nn.Conv1d`."),
        "border-not-zero": N_("Before the signal's start are zeros here, not copies of its first value."),
    },
)


@dataclass(frozen=True)
class CausalConv:
    """A causal layer's call: x (N, C, L), weight (O, C, k), bias (O,)."""

    x: Tensor
    weight: Tensor
    bias: Tensor | None
    dilation: int

    @property
    def kernel(self) -> int:
        """Numbers of the kernel on the axis of time."""
        return self.weight.shape[-1]

    @property
    def past(self) -> int:
        """Cells of the past that the first output needs."""
        return self.dilation * (self.kernel - 1)

    def padded(self, before: int, after: int = 0, mode: str = "constant") -> Tensor:
        """The outputs with this padding."""
        return F.conv1d(F.pad(self.x, (before, after), mode=mode), self.weight, self.bias, dilation=self.dilation)

    def right(self) -> Tensor:
        """The right outputs: the kernel's last number meets the present."""
        return self.padded(self.past)


# An answer that sees the future has a step of its own.
RULES: Rules[CausalConv] = (
    ("dilation-ignored:span", lambda n: n.padded(n.kernel - 1)),
    ("dilation-ignored", lambda n: replace(n, dilation=1).right()),
    ("kernel-for-padding", lambda n: n.padded(n.kernel)),
    ("dilation-times-kernel:span", lambda n: n.padded(n.kernel * n.dilation)),
    ("padding-ignored", lambda n: n.padded(0)),
    ("minus-zero-slice", lambda n: n.right()[..., :0]),
    ("not-trimmed", lambda n: n.padded(n.past, n.past)),
    ("kernel-flipped", lambda n: replace(n, weight=n.weight.flip(-1)).right()),
    ("border-not-zero", lambda n: n.padded(n.past, mode="replicate")),
    ("bias-ignored", lambda n: replace(n, bias=None).right()),
)


@exercise.step("parameters", N_("The layer has one weight and one bias"))
def _parameters(answer: Answer, sample: Sample) -> None:
    for kernel in (3, 4):
        _layer(answer, sample, kernel, 1)


@exercise.step("length", N_("The signal keeps its length"))
def _length(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in ((3, 1), (4, 1), (1, 1), (3, 2), (2, 5)):
        _expect(answer, sample, kernel, dilation, length_only=True)


@exercise.step("future", N_("No output changes when the future changes"))
def _future(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in ((3, 1), (4, 1), (2, 3)):
        filled = _layer(answer, sample, kernel, dilation)
        x, now = sample.floats(2, 2, 12), sample.integer(3, 8)
        changed = x.clone()
        changed[..., now + 1 :] += 1 + sample.floats(2, 2, 11 - now).abs()
        before, after = filled.model(x)[..., : now + 1], filled.model(changed)[..., : now + 1]
        moved = ~torch.isclose(before, after).flatten(0, 1).all(dim=0)
        if bool(moved.any()):
            raise Wrong(
                _(
                    "Only the inputs from {later} on were changed, but output {first} changed as well ({setting}): it sees the future."
                ).format(
                    later=now + 1,
                    first=int(moved.nonzero()[0]),
                    setting=arguments_text(kernel_size=kernel, dilation=dilation),
                ),
                "sees-the-future",
            )


@exercise.step("present", N_("Each output sees its own moment"))
def _present(answer: Answer, sample: Sample) -> None:
    filled = _layer(answer, sample, 3, 1)
    x, now = sample.floats(1, 2, 9), sample.integer(3, 7)
    changed = x.clone()
    changed[..., now] += 3
    if torch.equal(filled.model(x)[..., now], filled.model(changed)[..., now]):
        raise Wrong(
            _("Input {now} was changed, but output {now} did not change: it sees only the past.").format(now=now),
            "present-left-out",
        )


@exercise.step("values", N_("The kernel's last number meets the present, the others meet the past"))
def _values(answer: Answer, sample: Sample) -> None:
    for kernel in (3, 4, 1):
        _expect(answer, sample, kernel, 1)


@exercise.step("dilation", N_("Dilation counts"))
def _dilation(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in ((3, 2), (2, 4), (4, 3), (5, 6)):
        _expect(answer, sample, kernel, dilation)


@exercise.step("trainable", N_("Weight and bias can learn"))
def _trainable(answer: Answer, sample: Sample) -> None:
    filled, x = _layer(answer, sample, 3, 2), sample.floats(2, 2, 9)
    layers.expect_trainable(filled, x, lambda values: CausalConv(x, values["weight"], values["bias"], 2).right())


def _layer(answer: Answer, sample: Sample, kernel: int, dilation: int) -> FilledModel:
    """A causal layer from 2 to 3 channels, filled."""
    layer = answer.build(2, 3, kernel) if dilation == 1 else answer.build(2, 3, kernel, dilation=dilation)
    layers.expect_dilation_without_parameters(layer, (kernel,), (dilation,))
    return filled_layer(layer, sample, (3, 2, kernel))


def _expect(answer: Answer, sample: Sample, kernel: int, dilation: int, *, length_only: bool = False) -> None:
    """Expect the outputs of a causal layer, or only as many as there are inputs."""
    filled = _layer(answer, sample, kernel, dilation)
    x = sample.floats(sample.integer(1, 3), 2, sample.integer(9, 16))
    asked = CausalConv(x, filled.values["weight"], filled.values["bias"], dilation)
    got, expected = filled.model(x), asked.right()
    if length_only and type(got) is Tensor and got.shape == expected.shape:
        return
    what = layers.for_input(x, kernel_size=kernel, dilation=dilation)
    expect_tensor(got, expected, mistakes(RULES, asked), what=what)
