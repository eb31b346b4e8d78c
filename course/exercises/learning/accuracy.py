"""Exercise accuracy: the share of right answers, in evaluation mode, the model left as it was."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from course.checking import expect_float, models
from course.checking.answer import Answer, Wrong
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import mistakes
from course.checking.expect_float import near
from course.checking.models import expect_modes_kept, expect_state_kept
from course.exercises.learning.sample_models import (
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
from course.misconceptions import Misconception, Rules

_EVALUATE = N_("Judging must not teach. Is the model in evaluation mode for every batch, the first one too?")
_ONE_BATCH = N_("All batches count, not only one. Where do you add, and where do you return?")

exercise = Exercise(
    "accuracy",
    difficulty=2,
    minutes=12,
    hints=(
        N_("Count the right answers and the images, batch by batch. Divide once, at the end."),
        N_(
            "The prediction is the class with the largest logit: `model(x).argmax(dim=1)`. `model.eval()` and `torch.no_grad()` are two things, "
            "and both are needed. Remember the mode of each submodule, its `training`, before you change it."
        ),
        N_(
            "`modes = {module: module.training for module in model.modules()}`, then `model.eval()`, then the loop, and at the end "
            "`module.training = mode` for each of them."
        ),
    ),
    hidden={
        N_("other models"): N_("Try a last batch of one image, and a model with batch normalisation."),
        N_("left alone"): N_("Compare the mode of every submodule, and `state_dict()`, before and after."),
    },
    misconceptions={
        **models.MISCONCEPTIONS,
        **expect_float.MISCONCEPTIONS,
        "no-grad-for-eval": N_(
            "The model answered in training mode: batch normalisation used the statistics of the batch. "
            "`no_grad` does not change that. `model.eval()` does."
        ),
        "no-grad-for-eval:statistics": _EVALUATE,
        "parameters-changed": _EVALUATE,
        "percent-for-fraction": Misconception(
            "A percentage is given, not a fraction.", N_("Return a fraction from 0 to 1, not a percentage.")
        ),
        "min-for-max": N_("That is the place of the smallest logit. The largest one is the answer."),
        "values-for-indices": Misconception(
            "The largest logit itself is compared with the label, not its place.",
            N_(
                "No image counts as right. Do you compare the largest logit itself with the label? `max(dim=1)` gives a pair, values and places. The place is the class: `argmax(dim=1)`."
            ),
        ),
        "values-for-indices:pair": N_(
            "`max(dim=1)` gives a pair: the largest values, and their places. The place is the class, and `argmax(dim=1)` gives it alone."
        ),
        "softmax-wrong-axis": Misconception(
            "softmax or argmax runs over the images, not over the classes.",
            N_(
                "The softmax runs over the images: axis 0 is the batch. Over the classes, axis 1, it changes no largest logit, so `argmax(dim=1)` needs none."
            ),
        ),
        "softmax-wrong-axis:argmax": N_(
            "The shapes tell: there is one label for each image, but your code compares another number of predictions. Axis 1 of the logits holds the classes: `argmax(dim=1)` gives one class for each image."
        ),
        "argmax-over-all": Misconception(
            "argmax without dim: one place in the whole batch of logits.",
            N_(
                "`argmax()` without `dim` gives one place among all logits of the batch. Each image needs its own: `dim=1`."
            ),
        ),
        "count-for-fraction": Misconception(
            "The number of right answers is given, not their share.",
            N_("Divide the number of right answers by the number of images."),
        ),
        "error-for-accuracy": Misconception(
            "The share of wrong answers is given.", N_("That is the share of wrong answers, not of right ones.")
        ),
        "mean-over-batches": Misconception(
            "The batches are averaged, though the last one is smaller.",
            N_(
                "The share is of images: a batch of 1 counts less than a batch of 7. Count right answers and images, divide once."
            ),
        ),
        "sum-for-mean": N_("Shares of batches do not add up. Count right answers and images, divide once."),
        "divided-by-batches": N_("Divide by the number of images, not of batches."),
        "last-batch-only": Misconception("Only the last batch counts.", _ONE_BATCH),
        "first-batch-only": Misconception("Only the first batch counts.", _ONE_BATCH),
        "no-grad-missing": Misconception(
            "Gradients are recorded where none are needed.",
            N_("Recording costs memory and time. `with torch.no_grad():` around the loop switches it off."),
        ),
        "gradients-left-off": Misconception(
            "Gradients stay switched off afterwards.",
            N_("`with torch.no_grad():` switches them off for its own block only, whatever happens in it."),
        ),
    },
)

Batched = Iterable[tuple[Tensor, Tensor]]
"""Whatever gives batches of images and labels."""


@dataclass(frozen=True)
class Judgement:
    """The right answers of a model, batch by batch."""

    model: nn.Module
    batched: Batched
    training: bool = False

    @cached_property
    def hits(self) -> list[int]:
        """The right answers in each batch."""
        judge = copy.deepcopy(self.model).train(self.training)
        with torch.no_grad():
            return [int((judge(images).argmax(dim=1) == labels).sum()) for images, labels in self.batched]

    @cached_property
    def sizes(self) -> list[int]:
        """The images in each batch."""
        return [len(labels) for _images, labels in self.batched]

    def share_by(self, predicted: Callable[[Tensor], Tensor]) -> float:
        """The share of images whose label equals what this function makes of the batch's logits."""
        judge = copy.deepcopy(self.model).train(self.training)
        with torch.no_grad():
            hits = [int((predicted(judge(images)) == labels).sum()) for images, labels in self.batched]
        return sum(hits) / self.images

    @property
    def images(self) -> int:
        """The images in all batches."""
        return sum(self.sizes)

    @property
    def share(self) -> float:
        """The share of right answers over all images."""
        return sum(self.hits) / self.images

    @property
    def shares(self) -> list[float]:
        """The share of right answers in each batch."""
        return [hit / size for hit, size in zip(self.hits, self.sizes, strict=True)]


def accuracy(model: nn.Module, batched: Batched) -> float:
    """The share of right answers over all images."""
    return Judgement(model, batched).share


def _in_training_mode(model: nn.Module, batched: Batched) -> float:
    return Judgement(model, batched, training=True).share


SHARES: Rules[Judgement] = (
    ("percent-for-fraction", lambda j: 100 * j.share),
    ("count-for-fraction", lambda j: float(sum(j.hits))),
    ("error-for-accuracy", lambda j: 1 - j.share),
    ("softmax-wrong-axis", lambda j: j.share_by(lambda logits: logits.softmax(0).argmax(1))),
    ("argmax-over-all", lambda j: j.share_by(lambda logits: logits.argmax())),
    ("values-for-indices", lambda j: j.share_by(lambda logits: logits.amax(1))),
    ("min-for-max", lambda j: j.share_by(lambda logits: logits.argmin(1))),
    ("mean-over-batches", lambda j: sum(j.shares) / len(j.shares)),
    ("sum-for-mean", lambda j: sum(j.shares)),
    ("divided-by-batches", lambda j: sum(j.hits) / len(j.hits)),
    ("last-batch-only", lambda j: j.shares[-1]),
    ("first-batch-only", lambda j: j.shares[0]),
    ("last-batch-only", lambda j: j.hits[-1] / j.images),
)
"""Other numbers out of the right predictions."""

RULES: Rules[Judgement] = (("no-grad-for-eval", lambda j: _in_training_mode(j.model, j.batched)), *SHARES)


def _in_words(bound: inspect.BoundArguments) -> str:
    judgement = Judgement(*bound.args)
    sizes = ", ".join(str(size) for size in judgement.sizes)
    return _("{right} of {total} images are right, in batches of {sizes}").format(
        right=sum(judgement.hits), total=judgement.images, sizes=sizes
    )


_REFUSED = (
    ("must match the size of tensor b", "softmax-wrong-axis:argmax"),
    ("'bool' object has no attribute", "values-for-indices:pair"),
    ("torch.return_types.max", "values-for-indices:pair"),
    *expect_float.LOADER_REFUSED,
)

compared = Compared(
    exercise, accuracy, Judgement, RULES, expect=expect_float.expect_float, in_words=_in_words, refused=_REFUSED
)


def _distinguishing(sample: Sample) -> tuple[nn.Module, list[tuple[Tensor, Tensor]]]:
    """A model and batches on which each way of judging the logits gives another share.

    The image with the largest logit of a batch stands first, so that argmax over the whole batch gives a class.
    """
    ways: tuple[Callable[[Tensor], Tensor], ...] = (
        lambda logits: logits.argmax(1),
        lambda logits: logits.argmin(1),
        lambda logits: logits.softmax(0).argmax(1),
        lambda logits: logits.argmax(),
        lambda logits: logits.amax(1),
    )
    for _draw in range(1000):  # some ten are enough, thirty at most in 120 tries
        model, data = linear(sample), []
        for images, labels in batches(sample, 15, 15):
            order = model(images).amax(1).argsort(descending=True)
            data.append((images[order], labels[order]))
        judgement = Judgement(model, data)
        shares = [*(judgement.share_by(way) for way in ways), *judgement.shares, 1 - judgement.share]
        if len({round(share, 6) for share in shares}) == len(shares):
            break
    return model, data


@exercise.step("fraction", N_("The share of images whose largest logit is at their label, as a float"))
def _fraction(answer: Answer, sample: Sample) -> None:
    model, data = _distinguishing(sample)
    compared.compare(answer, model, loader(data))


@compared.step("unequal-batches", N_("The share is of images, also when the last batch is smaller"))
def _unequal_batches(sample: Sample) -> Iterator[Call]:
    model = linear(sample)
    for sizes in ((7, 7, sample.integer(1, 2)), (5, 5, 5, 1)):
        yield call(model, loader(_telling(sample, model, sizes)))


@compared.step("evaluation", N_("The model answers in evaluation mode"))
def _evaluation(sample: Sample) -> Iterator[Call]:
    for _draw in range(50):  # until the two modes differ in what they answer
        model, data = convnet(sample).train(), batches(sample, 6, 5)
        if not near(accuracy(model, data), _in_training_mode(model, data)):
            break
    yield call(model, loader(data))


@exercise.step("modes", N_("Afterwards every submodule is in the mode it was in"))
def _modes(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 3)
    frozen, woken = convnet(sample), convnet(sample).eval()
    frozen[1].eval()
    woken[1].train()
    for model in (convnet(sample), convnet(sample).eval(), frozen, woken):
        expect_modes_kept(answer, model, loader(data))


@exercise.step("statistics", N_("Running statistics and parameters are as they were"))
def _statistics(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 3)
    expect_state_kept(answer, convnet(sample).train(), loader(data))


@exercise.step("no-gradients", N_("Nothing is recorded for gradients meanwhile, and all is as before at the end"))
def _no_gradients(answer: Answer, sample: Sample) -> None:
    data = batches(sample, 4, 3)
    (placed,) = answer.place(Watched(convnet(sample)))
    still_on = answer.run(records_after, answer, placed, loader(data))
    recorded = answer.run(was_recorded, placed)
    if recorded is not False:
        raise Wrong(
            _("While the model answered, every step was recorded for gradients that nobody asks for."),
            "no-grad-missing",
        )
    if still_on is not True:
        raise Wrong(
            _("After the call gradients are still switched off: the next training would fail."), "gradients-left-off"
        )


@compared.step("any-loader", N_("Goes through whatever gives batches: a list, or something without a length"))
def _any_loader(sample: Sample) -> Iterator[Call]:
    model = linear(sample)
    data = _telling(sample, model, (3, 5, 2))
    for batched in (data, Stream(data), [list(batch) for batch in data]):
        yield call(model, batched)


def _telling(sample: Sample, model: nn.Module, sizes: tuple[int, ...]) -> list[tuple[Tensor, Tensor]]:
    """Batches of these sizes for which the known mistakes give another share than the right one."""
    for _draw in range(100):
        data = batches(sample, *sizes)
        judgement = Judgement(model, data)
        if not any(mistake.explains(judgement.share) for mistake in mistakes(SHARES, judgement)):
            break
    return data
