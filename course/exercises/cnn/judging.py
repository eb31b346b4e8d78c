"""Lesson 06, judging: the share of right answers, in evaluation mode, the model left as it was."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake
from course.exercises.cnn.expect import expect_float, expect_modes_kept, expect_state_kept, near
from course.exercises.cnn.subjects import (
    Batches,
    Stream,
    Watched,
    batches,
    convnet,
    linear,
    loader,
    records_after,
    was_recorded,
)
from course.language import N_, _

accuracy = Exercise(
    "accuracy",
    difficulty=2,
    minutes=12,
    hints=(
        N_("Count the right answers and the images, batch by batch. Divide once, at the end."),
        N_(
            "The prediction is the class with the largest logit: `model(x).argmax(dim=1)`. `model.eval()` and `torch.no_grad()` are two things, "
            "and both are needed. Note each submodule's `training` before."
        ),
        N_(
            "`modes = {module: module.training for module in model.modules()}`, then `model.eval()`, then the loop, and at the end "
            "`module.training = mode` for each of them."
        ),
    ),
    hidden={
        N_("other models"): N_("Try a last batch of one image, and a model with dropout and batch normalisation."),
        N_("left alone"): N_("Compare the mode of every submodule, and `state_dict()`, before and after."),
    },
)


@accuracy.step("fraction", N_("The share of images whose largest logit is at their label, as a float"))
def _fraction(answer: Answer, sample: Sample) -> None:
    model = linear(sample)
    data = batches(sample, 6, 6)
    _expect_accuracy(answer, model, loader(data), data)


@accuracy.step("unequal-batches", N_("The share is of images, also when the last batch is smaller"))
def _unequal(answer: Answer, sample: Sample) -> None:
    model = linear(sample)
    for sizes in ((7, 7, sample.integer(1, 2)), (5, 5, 5, 1)):
        data = _telling(sample, model, sizes)
        _expect_accuracy(answer, model, loader(data), data)


@accuracy.step("evaluation", N_("The model answers in evaluation mode"))
def _evaluation(answer: Answer, sample: Sample) -> None:
    for _draw in range(50):  # until the two modes differ in what they answer
        model, data = convnet(sample).train(), batches(sample, 6, 5)
        if not near(_share(model, data), _share(model, data, training=True)):
            break
    _expect_accuracy(answer, model, loader(data), data)


@accuracy.step("modes", N_("Afterwards every submodule is in the mode it was in"))
def _modes(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 3)
    frozen, woken = convnet(sample), convnet(sample).eval()
    frozen[1].eval()
    woken[1].train()
    for model in (convnet(sample), convnet(sample).eval(), frozen, woken):
        expect_modes_kept(answer, model, loader(data))


@accuracy.step("statistics", N_("Running statistics and parameters are as they were"))
def _statistics(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 3)
    advice = _("Judging must not teach. Is the model in evaluation mode for every batch, the first one too?")
    expect_state_kept(answer, convnet(sample).train(), loader(data), advice=advice)


@accuracy.step("no-gradients", N_("Nothing is recorded for gradients meanwhile, and all is as before at the end"))
def _no_gradients(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 3)
    (placed,) = answer.place(Watched(convnet(sample)))
    still_on = answer.run(records_after, answer, placed, loader(data))
    recorded = answer.run(was_recorded, placed)
    if recorded is not False:
        raise Wrong(
            _("While the model answered, every step was recorded for gradients that nobody asks for."),
            "no-grad-missing",
            _("It costs memory and time. `with torch.no_grad():` around the loop switches it off."),
        )
    if still_on is not True:
        raise Wrong(
            _("After the call gradients are still switched off: the next training would fail."),
            "gradients-left-off",
            _("`with torch.no_grad():` switches them off for its own block only, whatever happens in it."),
        )


@accuracy.step("any-loader", N_("Goes through whatever gives batches: a list, or something without a length"))
def _any_loader(answer: Answer, sample: Sample) -> None:
    model = linear(sample)
    data = _telling(sample, model, (3, 5, 2))
    for batched in (data, Stream(data), [list(batch) for batch in data]):
        _expect_accuracy(answer, model, batched, data)


def _telling(sample: Sample, model: nn.Module, sizes: tuple[int, ...]) -> list[tuple[Tensor, Tensor]]:
    """Batches of these sizes for which the known mistakes give another share than the right one."""
    for _draw in range(100):
        data = batches(sample, *sizes)
        right = _share(model, data)
        if not any(mistake.explains(right) for mistake in _mistakes(model, data)):
            break
    return data


def _share(model: nn.Module, data: Batches, *, training: bool = False) -> float:
    """The share of right answers over all images."""
    hits = _hits(model, data, training=training)
    return sum(hits) / sum(len(labels) for _images, labels in data)


def _hits(model: nn.Module, data: Batches, *, training: bool = False) -> list[int]:
    """The right answers in each batch."""
    judged = copy.deepcopy(model).train(training)
    with torch.no_grad():
        return [int((judged(images).argmax(dim=1) == labels).sum()) for images, labels in data]


def _expect_accuracy(answer: Answer, model: nn.Module, batched: Any, data: Batches) -> None:
    """Expect the share of right answers.

    Args:
        batched: what the answer gets as its loader; data: the same batches in a list.
    """
    got = answer(model, batched)
    sizes = ", ".join(str(len(labels)) for _images, labels in data)
    right, total = sum(_hits(model, data)), sum(len(labels) for _images, labels in data)
    what = _("{right} of {total} images are right, in batches of {sizes}").format(right=right, total=total, sizes=sizes)
    expect_float(got, right / total, (_mode_mistake(model, data), *_mistakes(model, data)), what=what)


def _mistakes(model: nn.Module, data: Batches) -> tuple[Mistake, ...]:
    """The known ways to get another number out of the right predictions."""
    hits, sizes = _hits(model, data), [len(labels) for _images, labels in data]
    right = sum(hits) / sum(sizes)
    shares = [hit / size for hit, size in zip(hits, sizes, strict=True)]
    one_batch = _("All batches count, not only one. Where do you add, and where do you return?")
    return (
        Mistake("percent-for-fraction", 100 * right, _("A fraction from 0 to 1 is asked, not per cent.")),
        Mistake(
            "count-for-fraction", float(sum(hits)), _("Divide the number of right answers by the number of images.")
        ),
        Mistake("error-for-accuracy", 1 - right, _("That is the share of wrong answers.")),
        Mistake(
            "mean-over-batches",
            sum(shares) / len(shares),
            _(
                "The share is of images: a batch of 1 counts less than a batch of 7. Count right answers and images, divide once."
            ),
        ),
        Mistake(
            "sum-for-mean",
            sum(shares),
            _("Shares of batches do not add up. Count right answers and images, divide once."),
        ),
        Mistake("divided-by-batches", sum(hits) / len(hits), _("Divide by the number of images, not of batches.")),
        Mistake("last-batch-only", shares[-1], one_batch),
        Mistake("first-batch-only", shares[0], one_batch),
        Mistake("last-batch-only", hits[-1] / sum(sizes), one_batch),
    )


def _mode_mistake(model: nn.Module, data: Batches) -> Mistake:
    return Mistake(
        "no-grad-for-eval",
        _share(model, data, training=True),
        _(
            "The model answered in training mode: batch normalisation with the batch's statistics, dropout at work. "
            "`no_grad` does not change that. `model.eval()` does."
        ),
    )
