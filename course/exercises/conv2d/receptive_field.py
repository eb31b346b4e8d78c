"""Exercise receptive-field: how many pixels one output cell of a stack of layers sees, along one axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from course import arithmetic
from course.checking.answer import Answer
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, expect_int
from course.language import N_
from course.misconceptions import Misconception, Rules, sizes

Layer = tuple[int, ...]
"""(kernel, stride) or (kernel, stride, dilation)"""

exercise = Exercise(
    "receptive-field",
    difficulty=3,
    minutes=10,
    hints=(
        N_(
            "Start with one cell that sees itself: size 1. Each layer makes the size larger. By how many of *its own* input cells?"
        ),
        N_(
            "A layer adds `dilation * (kernel - 1)` of its input cells. On the picture these cells lie some pixels apart: the product of all strides before it."
        ),
        N_(
            "Keep two numbers while you go through the layers: the size, and the jump (how far apart two neighbouring cells are on the picture)."
        ),
        N_("For each layer: `size += dilation * (kernel - 1) * jump`, and only then `jump *= stride`."),
    ),
    hidden={
        N_("against gradients"): N_(
            "Measure it as the lesson does: set all weights to 1, send in one picture for each pixel, and count from the first pixel that the output cell sees to the last."
        ),
    },
    misconceptions={
        **sizes.MISCONCEPTIONS,
        "stride-ignored": N_(
            "The strides change nothing in your result. After a stride of 2, how far apart on the picture are two neighbouring cells?"
        ),
        "own-stride-counted": Misconception(
            "A layer's own stride counts for its own kernel.",
            N_(
                "A layer's own stride widens the field of the layers after it. What does it change for the layer itself?"
            ),
        ),
        "jump-not-accumulated": Misconception(
            "Only the last stride counts, not the product of all.",
            N_("You used the stride of the layer just before. The strides of all layers before it work together."),
        ),
        "jump-added": Misconception(
            "The strides are added; they multiply.",
            N_("You added up the strides. Two steps of 2 cells, each step made of steps of 3: how far is that?"),
        ),
        "dilation-in-the-jump": Misconception(
            "The dilation is taken for a stride.",
            N_("The dilation widens its own layer only. Cells of the output are still one stride apart."),
        ),
        "kernels-added": Misconception(
            "The whole kernels are added; each adds one cell fewer.",
            N_("You added whole kernels. A kernel of 1 widens nothing: how much does a kernel of 3 widen the field?"),
        ),
        "field-multiplied": Misconception(
            "The field is multiplied by each stride, from the first layer on.",
            N_(
                "You multiply the field so far by the stride. A layer's stride widens what the layers after it add, not what is there already."
            ),
        ),
        "starts-at-zero": Misconception(
            "The receptive field starts at 0; one cell sees itself.",
            N_("One cell is missing. Before any layer, how many cells does a cell see?"),
        ),
        "layers-reversed": Misconception(
            "The layers are read from the last to the first.",
            N_("You went from the last layer to the first with the rule for the other direction."),
        ),
        "gaps-not-counted": Misconception(
            "The pixels seen are counted, not the stretch from the first to the last.",
            N_(
                "You counted the pixels that are looked at. Those in the gaps between them count too: from the first to the last."
            ),
        ),
        "returns-too-early": N_("That is the field of the first layer alone. Is the `return` inside the loop?"),
        "last-layer-only": Misconception(
            "Only the last layer counts.",
            N_("That is the field of the last layer alone, on the maps that it gets. Give the field on the picture."),
        ),
        "kernels-multiplied": Misconception(
            "The kernels are multiplied.",
            N_("You multiplied the kernels. Each layer adds to the field. Work out two 3×3 layers by hand."),
        ),
    },
)

Growth = Callable[[int, int, int, int], tuple[int, int]]
"""Of (jump, kernel, stride, dilation): the cells that a layer adds to the field, and the jump after it."""


@dataclass(frozen=True)
class Stack:
    """Layers that follow each other."""

    layers: Sequence[Layer]

    @property
    def full(self) -> list[Layer]:
        """The layers as (kernel, stride, dilation)."""
        return [(*layer, 1)[:3] for layer in self.layers]

    def grown(self, growth: Growth) -> int:
        """The field that starts with one cell and grows by this rule."""
        field, jump = 1, 1
        for kernel, stride, dilation in self.full:
            added, jump = growth(jump, kernel, stride, dilation)
            field += added
        return field

    def stretched(self) -> int:
        """The field that is multiplied by each stride before the kernel is added."""
        field = 1
        for kernel, stride, dilation in self.full:
            field = field * stride + (kernel - 1) * dilation
        return field

    def pixels_seen(self) -> int:
        """How many pixels cell 0 looks at; those in gaps do not count."""
        seen = {0}
        for kernel, stride, dilation in reversed(self.full):
            seen = {cell * stride + tap * dilation for cell in seen for tap in range(kernel)}
        return len(seen)


def field(layers: Sequence[Layer]) -> int:
    """The right field."""
    return arithmetic.receptive_field(layers).size


RULES: Rules[Stack] = (
    ("stride-ignored", lambda n: n.grown(lambda jump, k, s, d: ((k - 1) * d, 1))),
    ("own-stride-counted", lambda n: n.grown(lambda jump, k, s, d: ((k - 1) * d * jump * s, jump * s))),
    ("jump-not-accumulated", lambda n: n.grown(lambda jump, k, s, d: ((k - 1) * d * jump, s))),
    ("jump-added", lambda n: n.grown(lambda jump, k, s, d: ((k - 1) * d * jump, jump + s - 1))),
    ("dilation-ignored", lambda n: n.grown(lambda jump, k, s, d: ((k - 1) * jump, jump * s))),
    ("dilation-times-kernel", lambda n: n.grown(lambda jump, k, s, d: ((k * d - 1) * jump, jump * s))),
    ("dilation-in-the-jump", lambda n: n.grown(lambda jump, k, s, d: ((k - 1) * d * jump, jump * s * d))),
    ("kernels-added", lambda n: n.grown(lambda jump, k, s, d: (((k - 1) * d + 1) * jump, jump * s)) - 1),
    ("kernels-added", lambda n: n.grown(lambda jump, k, s, d: (((k - 1) * d + 1) * jump, jump * s))),
    ("field-multiplied", lambda n: n.stretched()),
    ("starts-at-zero", lambda n: field(n.layers) - 1),
    ("layers-reversed", lambda n: field(n.layers[::-1])),
    ("gaps-not-counted", lambda n: n.pixels_seen()),
    ("returns-too-early", lambda n: field(n.layers[:1])),
    ("last-layer-only", lambda n: field(n.layers[-1:])),
    ("kernels-multiplied", lambda n: math.prod((k - 1) * d + 1 for k, s, d in n.full)),
)

compared = Compared(exercise, field, Stack, RULES)


@compared.step("one-layer", N_("Right for one layer"))
def _one_layer(sample: Sample) -> Iterator[Call]:
    yield call([(sample.integer(2, 9), sample.integer(3, 4))])
    yield call([(1, 2)])


@compared.step("stride-one", N_("Right for layers with stride 1"))
def _stride_one(sample: Sample) -> Iterator[Call]:
    yield call([(sample.integer(3, 7), 1), (sample.integer(3, 7), 1), (2, 1), (1, 1)])


@compared.step("strides", N_("Right for layers with strides"))
def _strides(sample: Sample) -> Iterator[Call]:
    first, second, third, fourth = (sample.integer(2, 5) for _layer in range(4))
    yield call([(first, 2), (second, 3), (third, 1), (fourth + 2, 2)])


@compared.step("dilation", N_("Right with a dilation, for layers of both forms"))
def _dilation(sample: Sample) -> Iterator[Call]:
    yield call([(sample.integer(3, 5), 1, sample.integer(2, 4))])
    yield call([(3, 2), (sample.integer(2, 4), 3, 2), (2, 1), (5, 1, sample.integer(2, 4))])


@exercise.step("no-layers", N_("Without layers a cell sees itself"), seeds=1)
def _no_layers(answer: Answer, sample: Sample) -> None:
    expect_int(answer([]), field([]), what=arguments_text(layers=[]))
