"""Lesson 04's case: a count of parameters that lost the biases of a layer."""

from __future__ import annotations

from torch import nn

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_int
from course.language import N_, _

case_lost_bias = Exercise(
    "case-lost-bias",
    difficulty=1,
    minutes=6,
    hints=(
        N_("Which layers does the loop skip? And of those that it looks at, which numbers does it never add?"),
        N_("A model knows all its parameters by itself, whatever its layers are and however deep they are nested."),
        N_("`model.parameters()` yields them one by one, and `numel()` tells how many numbers one has."),
    ),
    hidden={N_("other models"): N_("Try layers inside layers, a BatchNorm, a Linear, and one layer used twice.")},
)


@case_lost_bias.step("one-layer", N_("One layer: weights and biases"))
def _one_layer(answer: Answer, sample: Sample) -> None:
    _expect_count(answer, nn.Sequential(nn.Conv2d(sample.integer(3, 5), 8, 3)))
    _expect_count(answer, nn.Sequential(nn.Conv2d(sample.integer(3, 5), 6, (2, 3), bias=False)))


@case_lost_bias.step("separable", N_("Depthwise and pointwise: the biases of both"))
def _two_layers(answer: Answer, sample: Sample) -> None:
    channels = 8 * sample.integer(4, 8)
    _expect_count(answer, nn.Sequential(nn.Conv2d(channels, channels, 3, groups=channels), nn.Conv2d(channels, 128, 1)))


@case_lost_bias.step("other-layers", N_("Layers of every kind: what learns counts, statistics do not"))
def _other_layers(answer: Answer, sample: Sample) -> None:
    width = sample.integer(5, 9)
    _expect_count(
        answer,
        nn.Sequential(
            nn.Conv2d(3, width, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.Flatten(), nn.Linear(width, 10)
        ),
    )
    _expect_count(answer, nn.Sequential(nn.Conv1d(2, 7, 5), nn.ConvTranspose1d(7, 3, 4), nn.PReLU(3)))


@case_lost_bias.step("nested", N_("Layers inside layers; a single layer as the whole model"))
def _nested(answer: Answer, sample: Sample) -> None:
    block = nn.Sequential(nn.Conv2d(4, 4, 3, groups=4), nn.Conv2d(4, sample.integer(6, 9), 1))
    _expect_count(answer, nn.Sequential(block, nn.Sequential(nn.ReLU(), nn.Sequential(nn.Linear(6, 5)))))
    _expect_count(answer, nn.Conv2d(sample.integer(3, 5), 8, 3))


@case_lost_bias.step("shared", N_("A layer that is used twice counts once"))
def _shared(answer: Answer, sample: Sample) -> None:
    layer = nn.Conv2d(4, 4, sample.integer(2, 5))
    _expect_count(answer, nn.Sequential(layer, nn.ReLU(), layer))


def _expect_count(answer: Answer, model: nn.Module) -> None:
    expected = sum(each.numel() for each in model.parameters())
    layers = [each for each in model.modules() if not list(each.children())]
    what = ", ".join(type(each).__name__ for each in layers)
    expect_int(answer(model), expected, _count_mistakes(model), what=what)


def _count_mistakes(model: nn.Module) -> tuple[Mistake, ...]:
    """Wrong counts of what a model learns."""
    named = dict(model.named_parameters())
    layers = [each for each in model.modules() if not list(each.children())]
    weights = sum(value.numel() for name, value in named.items() if name.endswith("weight"))
    last = [value.numel() for name, value in named.items() if name.endswith("bias")][-1:]
    convolutions = [each for each in layers if isinstance(each, (nn.Conv1d, nn.Conv2d))]
    repeated = sum(value.numel() for value in dict(model.named_parameters(remove_duplicate=False)).values())
    return (
        Mistake(
            "last-bias-only",
            weights + sum(last),
            _("You counted the biases of the last layer only. Every layer that has a bias adds its own."),
        ),
        Mistake("biases-left-out", weights, _("Those are the weights alone. Biases learn too.")),
        Mistake(
            "counted-twice",
            repeated,
            _("One layer is used in two places. Its numbers exist once, and they are learned once."),
        ),
        Mistake(
            "statistics-counted",
            sum(value.numel() for value in model.state_dict().values()),
            _(
                "You counted everything that is stored. A BatchNorm stores statistics as well; they are measured, not learned."
            ),
        ),
        Mistake(
            "children-only",
            sum(each.numel() for layer in model.children() for each in layer.parameters()),
            _("A model may be a single layer. It has no children then, and it has parameters all the same."),
        ),
        Mistake(
            "not-nested",
            sum(each.numel() for layer in model.children() for each in layer.parameters(recurse=False)),
            _("You looked at the outermost layers only. A layer may hold layers."),
        ),
        Mistake(
            "convolutions-only",
            sum(each.numel() for layer in convolutions for each in layer.parameters()),
            _("You counted convolutions only. What else learns in this model?"),
        ),
        Mistake(
            "tensors-counted",
            len(named),
            _("You counted the tensors. Each holds many numbers."),
        ),
    )
