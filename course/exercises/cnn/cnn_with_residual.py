"""Exercise cnn-with-residual: two residual blocks between poolings, and rows of 1152 numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor, failures_explained, mistakes
from course.checking.models import set_training
from course.checking.tensors_by_role import FilledModel, Values, expect_formula_gradients, filled, natural_names
from course.exercises.cnn import networks
from course.exercises.cnn.networks import residual_logits, residual_roles, residual_shapes, same
from course.exercises.residual.block_mistakes import SUMS, BlockRun
from course.language import N_, _
from course.misconceptions import Misconception, Rule, Rules

_BLOCK = N_("The block's end: the sum of main path and shortcut first, then ReLU over the sum, once.")
_POOLINGS = N_(
    "Write the size after each pooling: 28, then? A 2 × 2 pooling of an odd size drops the last row and column."
)
_LAST = N_("The logits are the last linear layer's output as it is: `F.cross_entropy` has the softmax inside.")

exercise = Exercise(
    "cnn-with-residual",
    asks="class",
    difficulty=3,
    minutes=14,
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
    misconceptions={
        **networks.MISCONCEPTIONS,
        "flatten-before-pooling": Misconception(
            "The third pooling is missing, or its result is blown up to 7 × 7.", _POOLINGS
        ),
        "ceil-for-floor": _POOLINGS,
        "average-for-flatten": Misconception(
            "The maps are averaged, not flattened.",
            N_("Here the maps are flattened, not averaged: rows of 128 · 3 · 3 numbers."),
        ),
        "linear-for-convolution": Misconception(
            "A linear layer is used for a 1 × 1 convolution.",
            N_("The shortcut only has to change the number of channels: a kernel of 1 × 1."),
        ),
        "argument-ignored": N_("Is the argument `num_classes` handed on to the last layer?"),
        "rows-mixed": N_(
            "`-1` in a `view` lets torch choose the number of rows. `flatten(1)` keeps one row for each image."
        ),
        "batch-axis-lost": N_(
            "One image makes (1, num_classes). `squeeze()` takes away every axis of 1; `flatten(1)` keeps the batch."
        ),
        "relu-before-sum": _BLOCK,
        "no-final-relu": _BLOCK,
        "no-shortcut": N_("Where is the shortcut added to the main path?"),
        "no-padding": N_(
            "Each 3 × 3 convolution without `padding=1` takes two rows and columns away, so the sum does not fit."
        ),
        "shortcut-of-main-path": Misconception(
            "The shortcut takes what the main path made, not the block's input.",
            N_(
                "The shortcut's 1 × 1 convolution got maps that have the block's output channels already. It takes the block's input: does that still have its name there?"
            ),
        ),
        "shortcut-twice": N_("The shortcut is added once for each block."),
        "no-inner-relu": N_("There is a ReLU between the two convolutions of the block."),
        "reads-the-input": N_("The second convolution reads what the first one gave."),
        "product-for-sum": _BLOCK,
        "no-first-relu": Misconception(
            "The ReLU after the first convolution is missing.",
            N_("There is a ReLU after the first convolution of the network, too."),
        ),
        "no-hidden-relu": Misconception(
            "The ReLU between the linear layers is missing.",
            N_("Two linear layers without a ReLU between them are only one."),
        ),
        "average-for-max": N_("The poolings take the maximum."),
        "relu-on-logits": N_("A logit may be negative: nothing comes after the last layer."),
        "softmax-in-model": _LAST,
    },
)

OTHER_SHAPES = (
    ("fc1", (512, 128 * 7 * 7), "flatten-before-pooling"),
    ("fc1", (512, 128 * 4 * 4), "ceil-for-floor"),
    ("fc1", (512, 128 * 14 * 14), "flatten-before-pooling"),
    ("fc1", (512, 128), "average-for-flatten"),
    ("block1.shortcut", (64, 32), "linear-for-convolution"),
    ("fc2", (10, 512), "argument-ignored"),
)
"""The shapes that known mistakes give to a weight, by role."""


@dataclass(frozen=True)
class NetworkRun:
    """CNNWithResidual with values by role, and its input."""

    values: Values
    x: Tensor

    def logits(self, **changes: Any) -> Tensor:
        """The logits, with something built otherwise: see `residual_logits`."""
        return residual_logits(self.values, self.x, **changes)


BLOCK_RULES: Rules[BlockRun] = (
    *SUMS,
    ("no-inner-relu", lambda r: r.of_stages(lambda block, number, x: block.convolved(number, x))),
    ("reads-the-input", lambda r: F.relu(r.block.convolved(2, r.shortcut) + r.shortcut)),
    ("product-for-sum", lambda r: F.relu(r.main * r.shortcut)),
)
"""Other blocks, whose convolutions have no BatchNorm."""


def _in_each_block(rule: Rule[BlockRun]) -> Rule[NetworkRun]:
    """The rule of a network both of whose blocks make the mistake."""
    key, output = rule
    return key, lambda network: network.logits(block=lambda block, x: output(BlockRun(block, x)))


RULES: Rules[NetworkRun] = (
    *map(_in_each_block, BLOCK_RULES),
    ("no-first-relu", lambda n: n.logits(first=same)),
    ("no-hidden-relu", lambda n: n.logits(hidden=same)),
    ("average-for-max", lambda n: n.logits(pool=lambda y: F.avg_pool2d(y, 2))),
    ("relu-on-logits", lambda n: n.logits(finish=F.relu)),
    ("softmax-in-model", lambda n: n.logits(finish=lambda y: y.softmax(dim=1))),
    ("softmax-in-model", lambda n: n.logits(finish=lambda y: y.log_softmax(dim=1))),
)


_REFUSED = (
    ("weight of size [64, 32, 1, 1]", "shortcut-of-main-path"),
    ("size of tensor a (10) must match the size of tensor b (14)", "no-padding"),
    ("size of tensor a (14) must match the size of tensor b (10)", "no-padding"),
)


@exercise.step("parameters", N_("The layers have the weights and biases of the docstring"))
def _parameters(answer: Answer, sample: Sample) -> None:
    for num_classes in (10, sample.integer(3, 9)):
        model = answer.build() if num_classes == 10 else answer.build(num_classes=num_classes)
        state = model.state()
        _explain_shapes(state, num_classes)
        natural_names(state, residual_roles(num_classes))


@exercise.step("rows", N_("One row of logits for each image, whatever the batch"), seeds=1)
def _rows(answer: Answer, sample: Sample) -> None:
    model = answer.build()
    for images in (4, 1, 49):
        with failures_explained(_REFUSED):
            got = model(sample.floats(images, 1, 28, 28))
        if type(got) is Tensor and got.ndim == 2 and got.shape[0] not in (images, 1):
            raise Wrong(
                _("{images} images went in, and {rows} rows came out.").format(images=images, rows=got.shape[0]),
                "rows-mixed",
            )
        lost = (Mistake("batch-axis-lost", got),) if type(got) is Tensor and tuple(got.shape) == (10,) else ()
        expect_tensor(got, got if _is_rows(got, images) else torch.zeros(images, 10), lost)


@exercise.step("values", N_("The logits are right for images of 28 × 28"))
def _values(answer: Answer, sample: Sample) -> None:
    network = _filled(answer.build(), sample, 10)
    for images in (sample.integer(2, 5), 1):
        run = NetworkRun(network.values, sample.floats(images, 1, 28, 28))
        expect_tensor(network.model(run.x), run.logits(), mistakes(RULES, run), what=_for_images(run.x))


@exercise.step("large-batch", N_("The same for 49 images, in training mode too"), seeds=1)
def _large_batch(answer: Answer, sample: Sample) -> None:
    network = _filled(answer.build(num_classes=6), sample, 6)
    network.model.run(set_training, network.model, True)
    x = sample.floats(49, 1, 28, 28)
    expect_tensor(network.model(x), residual_logits(network.values, x), what=_for_images(x))


@exercise.step("trainable", N_("Every weight and bias gets its gradient"), seeds=1)
def _trainable(answer: Answer, sample: Sample) -> None:
    network = _filled(answer.build(5), sample, 5)
    x, weight = sample.floats(3, 1, 28, 28), sample.floats(3, 5)
    expect_formula_gradients(network, residual_logits, x, weight)


def _filled(model: Answer, sample: Sample, num_classes: int) -> FilledModel:
    """The network that was built, with random values, in evaluation mode."""
    return filled(model, residual_roles(num_classes), sample, sample.floats(2, 1, 28, 28), residual_logits)


def _is_rows(got: Any, images: int) -> bool:
    return type(got) is Tensor and tuple(got.shape) == (images, 10) and got.dtype == torch.float32


def _explain_shapes(state: Values, num_classes: int) -> None:
    """Raise with a hint of its own where a weight has the shape that a known mistake gives it."""
    shapes = {tuple(value.shape) for value in state.values()}
    asked = residual_shapes(num_classes)
    for role, shape, key in OTHER_SHAPES:
        if asked[role] not in shapes and shape in shapes:
            raise Wrong(
                _("Expected a weight of shape {expected} ({role}), but it is {got}.").format(
                    expected=asked[role], role=role, got=shape
                ),
                key,
            )


def _for_images(x: Tensor) -> str:
    return _("for images of shape {shape}").format(shape=tuple(x.shape))
