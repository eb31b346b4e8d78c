"""Lesson 06, the second network: two residual blocks between poolings, and rows of 1152 numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor
from course.checking.models import set_training
from course.exercises.cnn.reference import Values, convolved, main_path, residual_logits, residual_shapes, same
from course.exercises.cnn.roles import Layout, Network, filled, natural_names
from course.exercises.cnn.simple import expect_gradients, gradients_of
from course.language import N_, _

cnn_with_residual = Exercise(
    "cnn-with-residual",
    asks="class",
    difficulty=3,
    minutes=20,
    hints=(
        N_(
            "Build a class for the block first and try it alone. Then write the shape after each line of `forward` beside it."
        ),
        N_(
            "The block: `y = conv2(relu(conv1(x)))`, then `relu(y + shortcut(x))`, where `shortcut` is a 1 × 1 convolution from in_channels to out_channels."
        ),
        N_(
            "28 → 14 → 7 → 3: the third pooling drops a row and a column. So the first linear layer is `nn.Linear(128 * 3 * 3, 512)`, and `x.flatten(1)` comes before it."
        ),
    ),
    hidden={
        N_("other batches"): N_("Try one image, 49 images, and another number of classes."),
        N_("parameters"): N_("Count: `sum(p.numel() for p in model.parameters())`, layer by layer."),
    },
)


@cnn_with_residual.step("parameters", N_("The layers have the weights and biases of the docstring"))
def _parameters(answer: Answer, sample: Sample) -> None:
    for num_classes in (10, sample.integer(3, 9)):
        model = answer.build() if num_classes == 10 else answer.build(num_classes=num_classes)
        state = model.state()
        _explain_shapes(state, num_classes)
        natural_names(state, _layout(num_classes))


@cnn_with_residual.step("rows", N_("One row of logits for each image, whatever the batch"), seeds=1)
def _rows(answer: Answer, sample: Sample) -> None:
    model = answer.build()
    for images in (4, 1, 49):
        got = model(sample.floats(images, 1, 28, 28))
        if type(got) is Tensor and got.ndim == 2 and got.shape[0] not in (images, 1):
            raise Wrong(
                _("{images} images went in, and {rows} rows came out.").format(images=images, rows=got.shape[0]),
                "rows-mixed",
                _("`-1` in a `view` lets torch choose the number of rows. `flatten(1)` keeps one row for each image."),
            )
        lost = Mistake(
            "batch-axis-lost",
            got,
            _(
                "One image makes (1, num_classes). `squeeze()` takes away every axis of 1; `flatten(1)` keeps the batch."
            ),
        )
        mistakes = (lost,) if type(got) is Tensor and tuple(got.shape) == (10,) else ()
        expect_tensor(got, got if _is_rows(got, images) else torch.zeros(images, 10), mistakes)


@cnn_with_residual.step("values", N_("The logits are right for images of 28 × 28"))
def _values(answer: Answer, sample: Sample) -> None:
    network = _network(answer.build(), sample, 10)
    for images in (sample.integer(2, 5), 1):
        x = sample.floats(images, 1, 28, 28)
        expect_tensor(
            network.model(x),
            residual_logits(network.values, x),
            _logits_mistakes(network.values, x),
            what=_for_images(x),
        )


@cnn_with_residual.step("large-batch", N_("So they are for 49 images, in training mode too"), seeds=1)
def _large_batch(answer: Answer, sample: Sample) -> None:
    network = _network(answer.build(num_classes=6), sample, 6)
    network.model.run(set_training, network.model, True)
    x = sample.floats(49, 1, 28, 28)
    expect_tensor(network.model(x), residual_logits(network.values, x), what=_for_images(x))


@cnn_with_residual.step("trainable", N_("Every weight and bias gets its gradient"), seeds=1)
def _trainable(answer: Answer, sample: Sample) -> None:
    network = _network(answer.build(5), sample, 5)
    x, weight = sample.floats(3, 1, 28, 28), sample.floats(3, 5)
    leaves = {role: value.clone().requires_grad_() for role, value in network.values.items()}
    expected = gradients_of((residual_logits(leaves, x) * weight).sum(), leaves)
    expect_gradients(network, x, weight, expected)


def _layout(num_classes: int) -> Layout:
    weights = residual_shapes(num_classes)
    sizes: dict[int, tuple[str, ...]] = {}
    for role, shape in weights.items():
        sizes[shape[0]] = (*sizes.get(shape[0], ()), f"{role}.bias")
    return Layout(weights, tuple(sizes.items()))


def _network(model: Answer, sample: Sample, num_classes: int) -> Network:
    """The network that was built, with random values, in evaluation mode."""
    return filled(model, _layout(num_classes), sample, sample.floats(2, 1, 28, 28), residual_logits)


def _is_rows(got: Any, images: int) -> bool:
    return type(got) is Tensor and tuple(got.shape) == (images, 10) and got.dtype == torch.float32


def _explain_shapes(state: dict[str, Tensor], num_classes: int) -> None:
    """Raise with a hint of its own where a weight has the shape that a known mistake gives it."""
    shapes = {tuple(value.shape) for value in state.values()}
    asked = residual_shapes(num_classes)
    poolings = _(
        "Write the size after each pooling: 28, then? A 2 × 2 pooling of an odd size drops the last row and column."
    )
    shortcut = _("The shortcut only has to change the number of channels: a kernel of 1 × 1.")
    known: tuple[tuple[str, tuple[int, ...], str, str], ...] = (
        ("fc1", (512, 128 * 7 * 7), "flatten-before-pooling", poolings),
        ("fc1", (512, 128 * 4 * 4), "ceil-for-floor", poolings),
        ("fc1", (512, 128 * 14 * 14), "flatten-before-pooling", poolings),
        (
            "fc1",
            (512, 128),
            "average-for-flatten",
            _("Here the maps are flattened, not averaged: rows of 128 · 3 · 3 numbers."),
        ),
        ("block1.shortcut", (64, 32), "linear-for-convolution", shortcut),
        ("fc2", (10, 512), "argument-ignored", _("Is the argument `num_classes` handed on to the last layer?")),
    )
    for role, shape, key, advice in known:
        if asked[role] not in shapes and shape in shapes:
            raise Wrong(
                _("Expected a weight of shape {expected} ({role}), but it is {got}.").format(
                    expected=asked[role], role=role, got=shape
                ),
                key,
                advice,
            )


def _logits_mistakes(values: Values, x: Tensor) -> tuple[Mistake, ...]:
    """The known ways to give other logits for x."""

    def otherwise(**changes: Any) -> Callable[[], Tensor]:
        return lambda: residual_logits(values, x, **changes)

    block = _("The block's end: the sum of main path and shortcut first, then ReLU over the sum, once.")
    inside = _("Between the two convolutions of the block stands a ReLU.")
    last = _("The logits are the last linear layer's output as it is: `F.cross_entropy` has the softmax inside.")
    return (
        Mistake("relu-before-sum", otherwise(block=_relu_before_sum), block),
        Mistake("relu-before-sum", otherwise(block=_relu_before_sum_and_after), block),
        Mistake("no-final-relu", otherwise(block=_no_final_relu), block),
        Mistake("no-shortcut", otherwise(block=_no_shortcut), _("Where is the shortcut added to the main path?")),
        Mistake("shortcut-twice", otherwise(block=_shortcut_twice), _("The shortcut is added once for each block.")),
        Mistake("no-inner-relu", otherwise(block=_no_inner_relu), inside),
        Mistake(
            "reads-the-input",
            otherwise(block=_second_reads_shortcut),
            _("The second convolution reads what the first one gave."),
        ),
        Mistake("product-for-sum", otherwise(block=_product), block),
        Mistake(
            "no-first-relu", otherwise(first=same), _("After the first convolution of the network comes a ReLU, too.")
        ),
        Mistake(
            "no-hidden-relu", otherwise(hidden=same), _("Two linear layers without a ReLU between them are only one.")
        ),
        Mistake("average-for-max", otherwise(pool=lambda y: F.avg_pool2d(y, 2)), _("The poolings take the maximum.")),
        Mistake(
            "relu-on-logits",
            otherwise(finish=F.relu),
            _("A logit may be negative: nothing comes after the last layer."),
        ),
        Mistake("softmax-in-model", otherwise(finish=lambda y: y.softmax(dim=1)), last),
        Mistake("softmax-in-model", otherwise(finish=lambda y: y.log_softmax(dim=1)), last),
    )


def _shortcut(values: Values, name: str, x: Tensor) -> Tensor:
    return convolved(values, f"{name}.shortcut", x)


def _relu_before_sum(values: Values, name: str, x: Tensor) -> Tensor:
    return F.relu(main_path(values, name, x)) + _shortcut(values, name, x)


def _relu_before_sum_and_after(values: Values, name: str, x: Tensor) -> Tensor:
    return F.relu(_relu_before_sum(values, name, x))


def _no_final_relu(values: Values, name: str, x: Tensor) -> Tensor:
    return main_path(values, name, x) + _shortcut(values, name, x)


def _no_shortcut(values: Values, name: str, x: Tensor) -> Tensor:
    return F.relu(main_path(values, name, x))


def _shortcut_twice(values: Values, name: str, x: Tensor) -> Tensor:
    return F.relu(main_path(values, name, x) + 2 * _shortcut(values, name, x))


def _no_inner_relu(values: Values, name: str, x: Tensor) -> Tensor:
    return F.relu(main_path(values, name, x, between=same) + _shortcut(values, name, x))


def _second_reads_shortcut(values: Values, name: str, x: Tensor) -> Tensor:
    shortcut = _shortcut(values, name, x)
    return F.relu(convolved(values, f"{name}.conv2", shortcut) + shortcut)


def _product(values: Values, name: str, x: Tensor) -> Tensor:
    return F.relu(main_path(values, name, x) * _shortcut(values, name, x))


def _for_images(x: Tensor) -> str:
    return _("for images of shape {shape}").format(shape=tuple(x.shape))
