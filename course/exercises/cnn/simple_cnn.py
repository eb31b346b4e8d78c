"""Exercise simple-cnn: three stages, global average pooling, one linear layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import close, expect_tensor, mistakes
from course.checking.models import set_training
from course.checking.tensors_by_role import (
    FilledModel,
    Values,
    expect_formula_gradients,
    filled,
    names_of_shape,
    natural_names,
    weight_names,
)
from course.exercises.cnn import networks
from course.exercises.cnn.networks import (
    CHANNELS,
    half,
    same,
    simple_logits,
    simple_roles,
    simple_shapes,
    simple_statistics,
)
from course.language import N_, _
from course.misconceptions import Misconception, Rules

_ORDER = N_("In each stage: convolution, then batch normalisation, then ReLU, and at the end the pooling.")
_POOLING = N_("Pooling comes after the first and after the second stage, 2 × 2, and takes the maximum.")
_GATHERING = N_(
    "Global average pooling: the mean of each map over all its rows and columns. `nn.AdaptiveAvgPool2d(1)`."
)

exercise = Exercise(
    "simple-cnn",
    asks="class",
    difficulty=2,
    minutes=9,
    hints=(
        N_("Three times the same three layers, with other channels. Where does the picture become smaller?"),
        N_(
            "In `__init__` one `nn.Sequential` can hold all layers up to the average: `nn.Conv2d(in_channels, 32, 3, padding=1)`, "
            "`nn.BatchNorm2d(32)`, `nn.ReLU()`, `nn.MaxPool2d(2)`, and so on. The third stage has no pooling."
        ),
        N_(
            "`nn.AdaptiveAvgPool2d(1)` gives (N, 128, 1, 1) for every input size. Then `flatten(1)`, then `nn.Linear(128, num_classes)`, and nothing after it."
        ),
    ),
    hidden={
        N_("other networks"): N_(
            "Try other numbers of classes and channels, images that are not square, one image alone, and both modes."
        )
    },
    misconceptions={
        **networks.MISCONCEPTIONS,
        "softmax-in-model": Misconception(
            "The model ends in a softmax; the loss has one already.",
            N_("The logits are the last linear layer's output as it is: `F.cross_entropy` has the softmax inside."),
        ),
        "relu-on-logits": Misconception(
            "A ReLU cuts off the logits.",
            N_("Which layer comes after the linear one? Take it out: a logit may be negative."),
        ),
        "relu-missing": Misconception("A ReLU is missing.", _ORDER),
        "relu-before-norm": _ORDER,
        "norm-left-out": _ORDER,
        "pooled-before-norm": Misconception("The pooling comes before BatchNorm.", _ORDER),
        "no-padding": Misconception(
            "The convolutions do not pad.", N_("A 3 × 3 kernel keeps the size with `padding=1`.")
        ),
        "pooled-thrice": Misconception("There is one pooling too many.", _POOLING),
        "pooling-missing": Misconception("A pooling is missing.", _POOLING),
        "average-for-max": Misconception("Average pooling is taken for max pooling.", _POOLING),
        "pool-stride-one": Misconception("The pooling's stride is taken for 1; it is the kernel's size.", _POOLING),
        "ceil-for-floor": _POOLING,
        "flatten-for-average": Misconception("The maps are flattened, where each one's mean is asked.", _GATHERING),
        "max-for-average": Misconception("The largest value of each map is taken for the mean.", _GATHERING),
        "sum-for-mean": _GATHERING,
        "corner-for-average": _GATHERING,
        "batch-statistics-in-eval": N_(
            "In evaluation mode the running statistics count, so that one image's answer does not depend on the others. "
            "`nn.BatchNorm2d` knows by itself which mode it is in."
        ),
        "running-statistics-in-training": N_(
            "In training mode the batch's own mean and variance count. `nn.BatchNorm2d` does so by itself."
        ),
        "batch-axis-lost": Misconception(
            "squeeze drops the batch's axis when there is one image.",
            N_(
                "One image makes (1, num_classes). `squeeze()` takes away every axis of 1; `flatten(1)` keeps the batch."
            ),
        ),
        "batchnorm-missing": Misconception(
            "BatchNorm is missing, or keeps no running statistics.",
            N_("Each stage has an `nn.BatchNorm2d` of its own, with its running statistics: three in all."),
        ),
        "argument-ignored": Misconception("An argument of the class is not used."),
        "biased-variance": N_("The running variance is updated with the unbiased one: divided by the count minus 1."),
        "statistics-not-updated": Misconception(
            "The running statistics are not updated.",
            N_("In training mode `nn.BatchNorm2d` moves its running statistics a tenth of the way to the batch's."),
        ),
        "wrong-statistics": Misconception(
            "The running statistics move with another momentum.",
            N_("Is each `nn.BatchNorm2d` used once in `forward`, with the default momentum?"),
        ),
    },
)


@dataclass(frozen=True)
class NetworkRun:
    """SimpleCNN with values by role, its input and its mode."""

    values: Values
    x: Tensor
    training: bool = False

    def logits(self, **changes: Any) -> Tensor:
        """The logits, with something built otherwise: see `simple_logits`."""
        return simple_logits(self.values, self.x, **{"training": self.training, **changes})


RULES: Rules[NetworkRun] = (
    ("softmax-in-model", lambda n: n.logits(finish=lambda y: y.softmax(dim=1))),
    ("softmax-in-model", lambda n: n.logits(finish=lambda y: y.log_softmax(dim=1))),
    ("relu-on-logits", lambda n: n.logits(finish=F.relu)),
    ("relu-missing", lambda n: n.logits(stage=("conv", "norm", "pool"))),
    ("relu-before-norm", lambda n: n.logits(stage=("conv", "relu", "norm", "pool"))),
    ("norm-left-out", lambda n: n.logits(stage=("conv", "relu", "pool"))),
    ("pooled-before-norm", lambda n: n.logits(stage=("conv", "pool", "norm", "relu"))),
    ("no-padding", lambda n: n.logits(stage=("unpadded conv", "norm", "relu", "pool"))),
    ("pooled-thrice", lambda n: n.logits(pools=(half, half, half))),
    ("pooling-missing", lambda n: n.logits(pools=(half, same, same))),
    ("pooling-missing", lambda n: n.logits(pools=(same, same, same))),
    ("average-for-max", lambda n: n.logits(pools=(_averaged, _averaged, same))),
    ("pool-stride-one", lambda n: n.logits(pools=(_slowly, _slowly, same))),
    ("ceil-for-floor", lambda n: n.logits(pools=(_ceiled, _ceiled, same))),
    ("max-for-average", lambda n: n.logits(gather=lambda y: y.amax(dim=(2, 3)))),
    ("sum-for-mean", lambda n: n.logits(gather=lambda y: y.sum(dim=(2, 3)))),
    ("corner-for-average", lambda n: n.logits(gather=lambda y: y[:, :, 0, 0])),
    ("batch-statistics-in-eval", lambda n: n.logits(training=True)),
    ("running-statistics-in-training", lambda n: n.logits(training=False)),
    ("batch-axis-lost", lambda n: n.logits().squeeze()),
)


def _averaged(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 2)


def _slowly(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 2, stride=1)


def _ceiled(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 2, ceil_mode=True)


@exercise.step("parameters", N_("The layers have the weights of the docstring"))
def _parameters(answer: Answer, sample: Sample) -> None:
    settings: tuple[dict[str, int], ...] = (
        {},
        {"num_classes": 7, "in_channels": 1},
        {"num_classes": sample.integer(3, 9)},
        {"in_channels": sample.integer(4, 6)},
    )
    for given in settings:
        num_classes, in_channels = given.get("num_classes", 10), given.get("in_channels", 3)
        state = answer.build(**given).state()
        _explain_arguments(state, given, num_classes, in_channels)
        natural_names(state, simple_roles(state, num_classes, in_channels))


@exercise.step("logits", N_("A batch of 32 × 32 images gives its logits"))
def _logits(answer: Answer, sample: Sample) -> None:
    _expect_logits(answer.build(), sample, (sample.integer(2, 4), 3, 32, 32), 10)


@exercise.step("any-size", N_("Images of any size from 8 on, square or not"), seeds=1)
def _any_size(answer: Answer, sample: Sample) -> None:
    for height, width in ((8, 8), (9, 9), (17, 23), (28, 28), (8, 31)):
        _expect_logits(answer.build(num_classes=7, in_channels=1), sample, (2, 1, height, width), 7)


@exercise.step("one-image", N_("One image alone gives one row"))
def _one_image(answer: Answer, sample: Sample) -> None:
    for height, width in ((8, 8), (12, 10)):
        _expect_logits(answer.build(5, 2), sample, (1, 2, height, width), 5)


@exercise.step("training", N_("In training mode the batch's own statistics count, and the running ones follow"))
def _training(answer: Answer, sample: Sample) -> None:
    network = _filled(answer.build(num_classes=6), sample, 6, 3)
    network.model.run(set_training, network.model, True)
    x = sample.floats(4, 3, 12, 15)
    _expect_values(network, x, training=True)
    _expect_statistics(network, x)


@exercise.step("trainable", N_("Every weight gets its gradient"), seeds=1)
def _trainable(answer: Answer, sample: Sample) -> None:
    network = _filled(answer.build(4, 2), sample, 4, 2)
    x, weight = sample.floats(3, 2, 10, 9), sample.floats(3, 4)
    expect_formula_gradients(network, simple_logits, x, weight)


def _filled(model: Answer, sample: Sample, num_classes: int, in_channels: int) -> FilledModel:
    """The network that was built, with random values, in evaluation mode."""
    x = sample.floats(2, in_channels, 32, 32)
    return filled(model, simple_roles(model.state(), num_classes, in_channels), sample, x, simple_logits)


def _expect_logits(model: Answer, sample: Sample, shape: tuple[int, ...], num_classes: int) -> None:
    network = _filled(model, sample, num_classes, shape[1])
    _expect_values(network, sample.floats(*shape), training=False)


def _expect_values(network: FilledModel, x: Tensor, *, training: bool) -> None:
    """Expect the logits for these images, in the mode that the network is in."""
    run = NetworkRun(network.values, x, training)
    where = _("in training mode") if training else _("in evaluation mode")
    what = _("for images of shape {shape}, {where}").format(shape=tuple(x.shape), where=where)
    expect_tensor(network.model(x), run.logits(), mistakes(RULES, run), what=what)


def _expect_statistics(network: FilledModel, x: Tensor) -> None:
    """Expect the running statistics after one batch in training mode."""
    state = network.model.state()
    biased = simple_statistics(network.values, x, unbiased=False)
    for role, value in simple_statistics(network.values, x).items():
        name = network.names[role]
        got = state[name]
        if got.shape == value.shape and close(got, value):
            continue
        if close(got, network.values[role]):
            raise Wrong(
                _("After a batch in training mode {name} is as before.").format(name=name), "statistics-not-updated"
            )
        raise Wrong(
            _("After a batch in training mode {name} is not what it should be.").format(name=name),
            "biased-variance" if close(got, biased[role]) else "wrong-statistics",
        )


def _explain_arguments(state: Values, given: dict[str, int], num_classes: int, in_channels: int) -> None:
    """Raise with a hint of its own where a default stands in place of an argument, or a batch normalisation is missing."""
    shapes = {tuple(value.shape) for value in state.values()}
    asked = simple_shapes(num_classes, in_channels)
    default = simple_shapes(10, 3)
    for name, role in (("num_classes", "linear"), ("in_channels", "conv1")):
        if name in given and asked[role] not in shapes and default[role] in shapes:
            raise Wrong(
                _("With {name}={value} a weight of shape {expected} was expected, but it is {got}.").format(
                    name=name, value=given[name], expected=asked[role], got=default[role]
                ),
                "argument-ignored",
                _("Is the argument `{name}` handed on to the layer that needs it?").format(name=name),
            )
    wide = [shape for shape in shapes if len(shape) == 2 and shape[0] == num_classes and shape[1] > CHANNELS[-1]]
    if asked["linear"] not in shapes and wide:
        raise Wrong(
            _("Expected a linear layer from {channels} numbers, one for each map, but its weight is {got}.").format(
                channels=CHANNELS[-1], got=wide[0]
            ),
            "flatten-for-average",
        )
    weight_names(state, asked)
    if not all(names_of_shape(state, (channels,))[3:] for channels in CHANNELS):
        raise Wrong(
            _(
                "After each convolution a batch normalisation was expected. It has four vectors, and some are not in the state_dict."
            ),
            "batchnorm-missing",
        )
