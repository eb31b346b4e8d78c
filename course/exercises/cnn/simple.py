"""Lesson 06, the first network: three stages, global average pooling, one linear layer."""

from __future__ import annotations

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import close, expect_tensor
from course.checking.models import set_training
from course.exercises.cnn.reference import CHANNELS, NORM, Values, running_statistics, simple_logits, simple_shapes
from course.exercises.cnn.roles import (
    Layout,
    Network,
    filled,
    natural_names,
    vectors_of,
    weight_names,
)
from course.exercises.cnn.simple_mistakes import logits_mistakes
from course.language import N_, _

simple_cnn = Exercise(
    "simple-cnn",
    asks="class",
    difficulty=2,
    minutes=15,
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
)


@simple_cnn.step("parameters", N_("The layers have the weights of the docstring"))
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
        natural_names(state, _layout(state, num_classes, in_channels))


@simple_cnn.step("logits", N_("A batch of 32 × 32 images gives its logits"))
def _logits(answer: Answer, sample: Sample) -> None:
    _expect_logits(answer.build(), sample, (sample.integer(2, 4), 3, 32, 32), 10)


@simple_cnn.step("any-size", N_("Images of any size from 8 on, square or not"), seeds=1)
def _any_size(answer: Answer, sample: Sample) -> None:
    for height, width in ((8, 8), (9, 9), (17, 23), (28, 28), (8, 31)):
        _expect_logits(answer.build(num_classes=7, in_channels=1), sample, (2, 1, height, width), 7)


@simple_cnn.step("one-image", N_("One image alone gives one row"))
def _one_image(answer: Answer, sample: Sample) -> None:
    for height, width in ((8, 8), (12, 10)):
        _expect_logits(answer.build(5, 2), sample, (1, 2, height, width), 5)


@simple_cnn.step("training", N_("In training mode the batch's own statistics count, and the running ones follow"))
def _training(answer: Answer, sample: Sample) -> None:
    network = _network(answer.build(num_classes=6), sample, 6, 3)
    network.model.run(set_training, network.model, True)
    x = sample.floats(4, 3, 12, 15)
    expected = simple_logits(network.values, x, training=True)
    mistakes = logits_mistakes(network.values, x, training=True)
    expect_tensor(network.model(x), expected, mistakes, what=_for_images(x, training=True))
    _expect_statistics(network, x)


@simple_cnn.step("trainable", N_("Every weight gets its gradient"), seeds=1)
def _trainable(answer: Answer, sample: Sample) -> None:
    network = _network(answer.build(4, 2), sample, 4, 2)
    x, weight = sample.floats(3, 2, 10, 9), sample.floats(3, 4)
    expect_gradients(network, x, weight, _expected_gradients(network.values, x, weight))


def expect_gradients(network: Network, x: Tensor, weight: Tensor, expected: dict[str, Tensor]) -> None:
    """Expect that the weighted sum of the logits has these gradients, by role."""
    found = network.model.gradients(x, weight=weight).parameters
    for role, gradient in expected.items():
        name = network.names[role]
        got = found.get(name)
        if got is None:
            raise Wrong(
                _("{name} gets no gradient, so it could never learn.").format(name=name),
                "no-gradient",
                _(
                    "Is it part of a layer such as `nn.Conv2d`? And does `forward` use it without `detach`, `.data`, `no_grad` or a way through NumPy?"
                ),
            )
        if got.shape != gradient.shape or not close(got, gradient):
            raise Wrong(
                _("The gradient of {name} is not what it should be.").format(name=name),
                "wrong-gradient",
                _("Is every layer used once, and with nothing cut off on the way, such as by `detach`?"),
            )


def gradients_of(total: Tensor, leaves: dict[str, Tensor]) -> dict[str, Tensor]:
    """The gradients of a sum, by the role of each leaf."""
    return dict(zip(leaves, torch.autograd.grad(total, list(leaves.values())), strict=True))


def _expected_gradients(values: Values, x: Tensor, weight: Tensor) -> dict[str, Tensor]:
    """The gradients of the parameters: everything but the running statistics."""
    leaves = {
        role: value.clone().requires_grad_() for role, value in values.items() if not role.endswith((".mean", ".var"))
    }
    return gradients_of((simple_logits({**values, **leaves}, x) * weight).sum(), leaves)


def _layout(state: dict[str, Tensor], num_classes: int, in_channels: int) -> Layout:
    """The roles of SimpleCNN. A convolution in front of a batch normalisation may do without its bias."""
    groups = []
    for number, channels in enumerate(CHANNELS, start=1):
        roles = tuple(f"norm{number}.{role}" for role in NORM)
        biased = len(vectors_of(state, channels)) > len(roles)
        groups.append((channels, ((f"conv{number}.bias",) if biased else ()) + roles))
    return Layout(simple_shapes(num_classes, in_channels), (*groups, (num_classes, ("linear.bias",))))


def _network(model: Answer, sample: Sample, num_classes: int, in_channels: int) -> Network:
    """The network that was built, with random values, in evaluation mode."""
    x = sample.floats(2, in_channels, 32, 32)
    return filled(model, _layout(model.state(), num_classes, in_channels), sample, x, simple_logits)


def _expect_logits(model: Answer, sample: Sample, shape: tuple[int, ...], num_classes: int) -> None:
    network = _network(model, sample, num_classes, shape[1])
    x = sample.floats(*shape)
    expected = simple_logits(network.values, x)
    expect_tensor(network.model(x), expected, logits_mistakes(network.values, x), what=_for_images(x))


def _expect_statistics(network: Network, x: Tensor) -> None:
    """Expect the running statistics after one batch in training mode."""
    state = network.model.state()
    expected = running_statistics(network.values, x)
    biased = running_statistics(network.values, x, unbiased=False)
    for role, value in expected.items():
        got = state[network.names[role]]
        if got.shape == value.shape and close(got, value):
            continue
        name = network.names[role]
        if close(got, biased[role]):
            raise Wrong(
                _("After a batch in training mode {name} is not what it should be.").format(name=name),
                "biased-variance",
                _("The running variance is updated with the unbiased one: divided by the count minus 1."),
            )
        if close(got, network.values[role]):
            raise Wrong(
                _("After a batch in training mode {name} is as before.").format(name=name),
                "statistics-not-updated",
                _("In training mode `nn.BatchNorm2d` moves its running statistics a tenth of the way to the batch's."),
            )
        raise Wrong(
            _("After a batch in training mode {name} is not what it should be.").format(name=name),
            "wrong-statistics",
            _("Is each `nn.BatchNorm2d` used once in `forward`, with the default momentum?"),
        )


def _explain_arguments(state: dict[str, Tensor], given: dict[str, int], num_classes: int, in_channels: int) -> None:
    """Raise with a hint of its own where a default stands in place of an argument."""
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
    names = weight_names(state, asked)
    if names and not all(vectors_of(state, channels)[3:] for channels in CHANNELS):
        raise Wrong(
            _(
                "After each convolution a batch normalisation was expected. It has four vectors, and some are not in the state_dict."
            ),
            "batchnorm-missing",
            _("Each stage has an `nn.BatchNorm2d` of its own, with its running statistics: three in all."),
        )


def _for_images(x: Tensor, *, training: bool = False) -> str:
    where = _("in training mode") if training else _("in evaluation mode")
    return _("for images of shape {shape}, {where}").format(shape=tuple(x.shape), where=where)
