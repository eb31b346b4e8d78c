"""Exercise case-lost-bias: a count of a model's parameters that lost the biases of a layer, put right."""

from __future__ import annotations

from torch import nn

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_int, mistakes
from course.language import N_
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "case-lost-bias",
    difficulty=1,
    minutes=6,
    hints=(
        N_("Which layers does the loop skip? And of those that it looks at, which numbers does it never add?"),
        N_("A model knows all its parameters by itself, whatever its layers are and however deep they are nested."),
        N_("`model.parameters()` yields them one by one, and `numel()` tells how many numbers one has."),
    ),
    hidden={N_("other models"): N_("Try layers inside layers, a BatchNorm, a Linear, and one layer used twice.")},
    misconceptions={
        "last-bias-only": Misconception(
            "Only the last bias is counted.",
            N_("You counted the biases of the last layer only. Every layer that has a bias adds its own."),
        ),
        "biases-left-out": Misconception(
            "The biases are left out.", N_("Those are the weights alone. Biases learn too.")
        ),
        "counted-twice": Misconception(
            "A shared parameter counts twice.",
            N_("One layer is used in two places. Its numbers exist once, and they are learned once."),
        ),
        "statistics-counted": Misconception(
            "A BatchNorm's statistics are counted as parameters.",
            N_(
                "You counted everything that is stored. A BatchNorm stores statistics as well; they are measured, not learned."
            ),
        ),
        "children-only": Misconception(
            "Only the direct children are counted.",
            N_("A model may be a single layer. It has no children then, and it has parameters all the same."),
        ),
        "not-nested": Misconception(
            "Layers inside layers are not counted.",
            N_("You looked at the outermost layers only. A layer may hold layers."),
        ),
        "convolutions-only": Misconception(
            "Only convolutions are counted.", N_("You counted convolutions only. What else learns in this model?")
        ),
        "counted-at-each-level": Misconception(
            "Each module's parameters are counted with those of the modules inside it.",
            N_(
                "`modules()` gives the model and everything inside it, and `parameters()` looks inside as well: each number counts several times."
            ),
        ),
        "tensors-counted": Misconception(
            "The tensors are counted, not their numbers.", N_("You counted the tensors. Each holds many numbers.")
        ),
    },
)


def parameters(module: nn.Module, *, recurse: bool = True) -> int:
    """How many numbers a module learns; a shared one counts once."""
    return sum(parameter.numel() for parameter in module.parameters(recurse=recurse))


def layers(model: nn.Module) -> list[nn.Module]:
    """The modules that hold no others."""
    return [module for module in model.modules() if not list(module.children())]


def _ending(model: nn.Module, kind: str) -> list[int]:
    """The sizes of the parameters whose names end so: "weight", "bias"."""
    return [value.numel() for name, value in model.named_parameters() if name.endswith(kind)]


def _of_convolutions(model: nn.Module) -> int:
    return sum(parameters(layer) for layer in layers(model) if isinstance(layer, (nn.Conv1d, nn.Conv2d)))


def _with_duplicates(model: nn.Module) -> int:
    return sum(value.numel() for _name, value in model.named_parameters(remove_duplicate=False))


RULES: Rules[nn.Module] = (
    ("last-bias-only", lambda model: sum(_ending(model, "weight")) + sum(_ending(model, "bias")[-1:])),
    ("biases-left-out", lambda model: sum(_ending(model, "weight"))),
    ("counted-twice", _with_duplicates),
    ("statistics-counted", lambda model: sum(value.numel() for value in model.state_dict().values())),
    ("children-only", lambda model: sum(parameters(child) for child in model.children())),
    ("not-nested", lambda model: sum(parameters(child, recurse=False) for child in model.children())),
    ("convolutions-only", _of_convolutions),
    ("counted-at-each-level", lambda model: sum(parameters(module) for module in model.modules())),
    ("tensors-counted", lambda model: len(list(model.parameters()))),
)


@exercise.step("one-layer", N_("One layer: weights and biases"))
def _one_layer(answer: Answer, sample: Sample) -> None:
    _expect_count(answer, nn.Sequential(nn.Conv2d(sample.integer(3, 5), 8, 3)))
    _expect_count(answer, nn.Sequential(nn.Conv2d(sample.integer(3, 5), 6, (2, 3), bias=False)))


@exercise.step("separable", N_("Depthwise and pointwise: the biases of both"))
def _two_layers(answer: Answer, sample: Sample) -> None:
    channels = 8 * sample.integer(4, 8)
    _expect_count(answer, nn.Sequential(nn.Conv2d(channels, channels, 3, groups=channels), nn.Conv2d(channels, 128, 1)))


@exercise.step("other-layers", N_("Layers of every kind: what learns counts, statistics do not"))
def _other_layers(answer: Answer, sample: Sample) -> None:
    width = sample.integer(5, 9)
    _expect_count(
        answer,
        nn.Sequential(
            nn.Conv2d(3, width, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.Flatten(), nn.Linear(width, 10)
        ),
    )
    _expect_count(answer, nn.Sequential(nn.Conv1d(2, 7, 5), nn.ConvTranspose1d(7, 3, 4), nn.PReLU(3)))


@exercise.step("nested", N_("Layers inside layers; a single layer as the whole model"))
def _nested(answer: Answer, sample: Sample) -> None:
    block = nn.Sequential(nn.Conv2d(4, 4, 3, groups=4), nn.Conv2d(4, sample.integer(6, 9), 1))
    _expect_count(answer, nn.Sequential(block, nn.Sequential(nn.ReLU(), nn.Sequential(nn.Linear(6, 5)))))
    _expect_count(answer, nn.Conv2d(sample.integer(3, 5), 8, 3))


@exercise.step("shared", N_("A layer that is used twice counts once"))
def _shared(answer: Answer, sample: Sample) -> None:
    layer = nn.Conv2d(4, 4, sample.integer(2, 5))
    _expect_count(answer, nn.Sequential(layer, nn.ReLU(), layer))


def _expect_count(answer: Answer, model: nn.Module) -> None:
    names = ", ".join(type(layer).__name__ for layer in layers(model))
    expect_int(answer(model), parameters(model), mistakes(RULES, model), what=names)
