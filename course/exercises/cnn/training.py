"""Lesson 06, training: one pass over the data, checked step for step against our own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import close
from course.exercises.cnn.epochs import TRAINED_OTHERWISE, Epoch, Make, epoch, loss_mistakes
from course.exercises.cnn.expect import expect_float
from course.exercises.cnn.subjects import Batches, Stream, batches, convnet, leave_gradients, linear, loader
from course.language import N_, _

train_epoch = Exercise(
    "train-epoch",
    difficulty=2,
    minutes=15,
    hints=(
        N_(
            "For each batch: forget the old gradients, ask the model, compute the loss, compute gradients, take a step."
        ),
        N_(
            "The loss of a batch is a mean over its images. To get the mean over all images, add `loss.item() * len(y)` "
            "for each batch, and divide by the number of images at the end. Count them on the way."
        ),
        N_(
            "`model.train()` first. In the loop: `optimizer.zero_grad()`, `loss = F.cross_entropy(model(x), y)`, `loss.backward()`, "
            "`optimizer.step()`, in this order."
        ),
    ),
    hidden={
        N_("step for step"): N_(
            "Train a copy of the model with the five lines written out, and compare `state_dict()`."
        ),
        N_("mean loss"): N_("Try a last batch of a single image."),
    },
)


@train_epoch.step("loss", N_("One batch: returns its mean cross-entropy as a float"))
def _loss(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 5)
    _expect_epoch(answer, linear(sample), _sgd, loader(data), data, learned=False)


@train_epoch.step("learns", N_("One step of the optimizer for each batch, each from the batch's own gradients"))
def _learns(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 4, 4)
    _expect_epoch(answer, linear(sample), _sgd, loader(data), data)


@train_epoch.step("unequal-batches", N_("The mean is over images, also when the last batch is smaller"))
def _unequal(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 6, 6, sample.integer(1, 2))
    _expect_epoch(answer, linear(sample), _sgd, loader(data), data)


@train_epoch.step("train-mode", N_("The model learns in training mode, whatever mode it came in"))
def _train_mode(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 5, 4)
    for training in (True, False):
        _expect_epoch(answer, convnet(sample).train(training), _sgd, loader(data), data)


@train_epoch.step("old-gradients", N_("Gradients left from before do not count"))
def _old_gradients(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 3)
    _expect_epoch(answer, linear(sample), _sgd, loader(data), data, leftover=True)


@train_epoch.step("optimizer", N_("The optimizer that was given does the steps"))
def _optimizer(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 5, 5, 3)
    for make in (_adam, _momentum):
        _expect_epoch(answer, convnet(sample), make, loader(data), data)
    model = convnet(sample)
    _expect_epoch(answer, model, _head_only, loader(data), data)


@train_epoch.step("any-loader", N_("Goes through whatever gives batches: a list, or something without a length"))
def _anyloader(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 3, 5, 2)
    for batched in (data, Stream(data), [list(batch) for batch in data]):
        _expect_epoch(answer, linear(sample), _sgd, batched, data)


def _sgd(model: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=0.1)


def _momentum(model: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=0.01)


def _adam(model: Any) -> torch.optim.Optimizer:
    return torch.optim.Adam(model.parameters(), lr=0.02)


def _head_only(model: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(model[-1].parameters(), lr=0.1)


def _expect_epoch(
    answer: Answer,
    model: nn.Module,
    make: Make,
    batched: Any,
    data: Batches,
    *,
    learned: bool = True,
    leftover: bool = False,
) -> None:
    """Expect the loss of one epoch, and the model that it leaves.

    Args:
        make: makes the optimizer for a model.
        batched: what the answer gets as its loader; data: the same batches in a list.
        learned: whether to compare the model as well.
        leftover: whether its parameters hold gradients from before.
    """
    placed_model, placed_optimizer = answer.place(model, make(model))
    if leftover:
        answer.run(leave_gradients, placed_model)
    got = answer(placed_model, batched, placed_optimizer)
    right = epoch(model, make, data)
    if learned:
        _expect_state(placed_model.state(), right, model, make, data, leftover=leftover)
    what = _("for batches of {sizes} images").format(sizes=", ".join(str(len(labels)) for _images, labels in data))
    expect_float(got, right.loss, loss_mistakes(model, make, data), what=what)


def _expect_state(
    state: dict[str, Tensor], right: Epoch, model: nn.Module, make: Make, data: Batches, *, leftover: bool
) -> None:
    """Expect the state of a model that was trained, or tell which known mistake leaves this one."""
    if _same_state(state, right.state):
        return
    for otherwise in TRAINED_OTHERWISE:
        if _same_state(state, epoch(model, make, data, otherwise.way, leftover=leftover).state):
            raise Wrong(
                _("After the epoch the model is not what the same batches make of it step by step."),
                otherwise.key,
                _(otherwise.advice),
            )
    name = next(name for name, value in right.state.items() if name not in state or not _near(state[name], value))
    raise Wrong(
        _("After the epoch {name} is not what the same batches make of it step by step.").format(name=name),
        "trained-otherwise",
        _("Write the five lines in their order, and compare: forget, ask, loss, backward, step. Once for each batch."),
    )


def _same_state(state: dict[str, Tensor], expected: dict[str, Tensor]) -> bool:
    """Whether two states agree to single precision."""
    return state.keys() == expected.keys() and all(_near(state[name], value) for name, value in expected.items())


def _near(got: Tensor, expected: Tensor) -> bool:
    return got.shape == expected.shape and close(got, expected)
