"""Exercise case-stuck-loss: a training that does not train, repaired; it is judged by what the model then is."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import close
from course.exercises.learning.sample_models import Batches, seeded
from course.exercises.learning.training_variants import VARIANTS, epoch
from course.language import N_, _
from course.misconceptions import Misconception

_CLASSES = 4

exercise = Exercise(
    "case-stuck-loss",
    difficulty=2,
    minutes=8,
    hints=(
        N_(
            "Three lines are wrong, one for each of the three measurements above. Which line has to do with what was measured?"
        ),
        N_(
            "Images and labels need the same order. The loss needs the logits. And between `backward` and `step` nothing may touch the gradients."
        ),
        N_(
            "`order = torch.randperm(len(images))`, then `images[chosen], labels[chosen]` for each part of that one order; `F.cross_entropy(model(x), y)`; and `zero_grad`, `backward`, `step`."
        ),
    ),
    hidden={
        N_("other trainings"): N_(
            "Try another number of epochs, a last batch that is smaller, and a model with batch normalisation."
        ),
    },
    misconceptions={
        "labels-apart": Misconception(
            "Images and labels are shuffled apart.",
            N_("Draw the order once and use it for both: `images[chosen]` and `labels[chosen]`."),
        ),
        "softmax-before-loss": N_(
            "A model that is sure and right has a loss near 0. Here the softmax is still taken twice: `F.cross_entropy` has one inside."
        ),
        "softmax-before-loss:steps": N_("`F.cross_entropy` wants the logits: it has the softmax inside."),
        "no-step": N_(
            "The parameters did not change. `step` uses the gradients that it finds: are they still there when it is called?"
        ),
        "no-zero-grad": N_(
            "`backward` adds to the gradients that are there already. Where do you clear those of the previous batch?"
        ),
        "old-gradients": N_("Gradients from before went into your first step. Forget them before `backward`."),
        "eval-mode-left": N_("The model came in evaluation mode. Where do you put it into training mode?"),
        "eval-mode-left:set": N_("The model learned in evaluation mode. Which mode is for training?"),
        "one-step-for-all": N_("There is one step for all epochs. It belongs in the loop."),
        "last-batch-only:steps": N_("Only one step was made. It belongs in the loop over the batches."),
        "first-batch-only:steps": N_("Only one step was made. Is there a `return` inside the loop?"),
        "first-epoch-only": Misconception(
            "Only the first epoch is run.",
            N_("Only one loss came out, not one for each epoch. Is there a `return` inside the loop?"),
        ),
        "sum-for-mean:steps": N_(
            "The steps are too large: call `backward` on the mean loss of a batch, not on the sum."
        ),
        "uphill": N_("The steps went up the loss, not down."),
        "trained-otherwise": N_(
            "Apart from the three faulty lines the program was right: SGD, one step for each batch. What else did you change?"
        ),
        "loss-list": Misconception(
            "Not one mean loss for each epoch is returned.",
            N_(
                "Return a list of floats: the mean loss of each epoch, over its images. `.item()` makes a float of a loss."
            ),
        ),
        "loss-list:mean": N_(
            "The mean is taken over the images of an epoch: add up `loss.item() * len(y)`, then divide by their number."
        ),
    },
)


@exercise.step("pairs", N_("Each image keeps its label, and the loss gets logits: a perfect model has a loss near 0"))
def _pairs(answer: Answer, sample: Sample) -> None:
    images, labels = _separable(sample, 24)
    (placed,) = answer.place(_perfect())
    losses = _losses(answer(placed, images, labels, epochs=2, batch=6, learning_rate=1e-6), 2)
    sure = math.log(math.e + _CLASSES - 1) - 1  # of probabilities (1, 0, 0, 0) taken for logits
    for loss in losses:
        if loss < 0.01:
            continue
        message = _(
            "A model that classifies all {count} images right, and is sure, has the loss {loss:.3g} in your training. Expected: less than 0.01."
        )
        apart = loss > sure + 0.01
        raise Wrong(message.format(count=len(labels), loss=loss), "labels-apart" if apart else "softmax-before-loss")


@exercise.step("steps", N_("Each batch makes one step, from its own gradients alone"))
def _steps(answer: Answer, sample: Sample) -> None:
    """All images in one batch: then no order matters, and each step can be compared."""
    images, labels = _separable(sample, 10)
    _expect_trained(answer, _linear(sample), images, labels, epochs=1)
    _expect_trained(answer, _linear(sample), images, labels, epochs=3)
    normed = seeded(sample, nn.Flatten(), nn.Linear(2 * 3 * 3, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, _CLASSES))
    _expect_trained(answer, normed.eval(), images, labels, epochs=2)


@exercise.step("learns", N_("Batches of a few images: the loss falls, and the answers become right"))
def _learns(answer: Answer, sample: Sample) -> None:
    images, labels = _separable(sample, 41)
    (placed,) = answer.place(_linear(sample))
    losses = _losses(answer(placed, images, labels, epochs=8, batch=8, learning_rate=0.05), 8)
    share = float((placed(images).argmax(1) == labels).float().mean())
    if share < 0.95 or not losses[-1] < 0.5:
        raise Wrong(
            _(
                "After 8 epochs on 41 images of four very different kinds, {share:.0%} are right and the loss is {loss:.3g}."
            ).format(share=share, loss=losses[-1]),
            "labels-apart" if share < 0.4 else "trained-otherwise",
        )
    _expect_mean_losses(answer, sample)


def _expect_mean_losses(answer: Answer, sample: Sample) -> None:
    """Expect each epoch's mean over its images. Steps of length 0 leave the model as it is: then no order matters, and the mean is known."""
    images, labels = _separable(sample, 10)
    model = _linear(sample)
    (placed,) = answer.place(model)
    losses = _losses(answer(placed, images, labels, epochs=2, batch=4, learning_rate=0.0), 2)
    with torch.no_grad():
        expected = float(nn.functional.cross_entropy(model(images), labels))
    if not close(torch.tensor(losses), torch.full((2,), expected)):
        message = _(
            "With learning_rate=0.0 and batches of 4, 4 and 2 images, expected the losses {expected}, but got {got}."
        )
        shown = [round(expected, 3)] * 2, [round(loss, 3) for loss in losses]
        raise Wrong(message.format(expected=shown[0], got=shown[1]), "loss-list:mean")


def _separable(sample: Sample, count: int) -> tuple[Tensor, Tensor]:
    """Images (count, 2, 3, 3) of four kinds that a linear model tells apart, in a random order, and their labels."""
    labels = torch.tensor([number % _CLASSES for number in range(count)])
    images = 0.1 * sample.floats(count, 2, 3, 3)
    images.view(count, -1)[torch.arange(count), labels] += 3.0
    order = torch.argsort(sample.floats(count))
    return images[order], labels[order]


def _perfect() -> nn.Module:
    """A model that classifies all of these images right, and is sure."""
    linear = nn.Linear(2 * 3 * 3, _CLASSES)
    with torch.no_grad():
        linear.bias.zero_()
        linear.weight.copy_(20 * torch.eye(_CLASSES, 2 * 3 * 3))
    return nn.Sequential(nn.Flatten(), linear)


def _linear(sample: Sample) -> nn.Module:
    return seeded(sample, nn.Flatten(), nn.Linear(2 * 3 * 3, _CLASSES))


def _losses(got: Any, epochs: int) -> list[float]:
    """The losses that come out, once they are a list of so many floats."""
    if type(got) in (list, tuple) and len(got) == epochs and all(type(loss) is float for loss in got):
        return list(got)
    if type(got) in (list, tuple) and len(got) == 1 and epochs > 1:
        raise Wrong(
            _("Expected {count} losses, one for each epoch, but got one.").format(count=epochs), "first-epoch-only"
        )
    kind = Answer(got).describe().type_name
    came = _("{type} of length {length}").format(type=kind, length=len(got)) if type(got) in (list, tuple) else kind
    raise Wrong(
        _("Expected a list of {count} floats, one for each epoch, but got {came}.").format(count=epochs, came=came),
        "loss-list",
    )


def _expect_trained(answer: Answer, model: nn.Module, images: Tensor, labels: Tensor, epochs: int) -> None:
    """Expect the model that so many steps make, each on all images."""
    (placed,) = answer.place(model)
    got = answer(placed, images, labels, epochs=epochs, batch=len(labels), learning_rate=0.1)
    data: Batches = [(images, labels)] * epochs
    right = epoch(model, _sgd, data)
    state = placed.state()
    if not _same(state, right.state):
        for key, way in VARIANTS:
            if _same(state, epoch(model, _sgd, data, way).state):
                raise Wrong(
                    _("After {epochs} epochs the model is not what the right steps make of it.").format(epochs=epochs),
                    key,
                )
        raise Wrong(
            _("After {epochs} epochs the model is not what the right steps make of it.").format(epochs=epochs),
            "trained-otherwise",
        )
    losses = torch.tensor(_losses(got, epochs))
    if not close(losses, torch.tensor(right.losses)):
        message = _("Expected the losses {expected}, but got {got}.")
        shown = [[round(loss, 3) for loss in row] for row in (list(right.losses), losses.tolist())]
        raise Wrong(message.format(expected=shown[0], got=shown[1]), "loss-list:mean")


def _same(state: dict[str, Tensor], expected: dict[str, Tensor]) -> bool:
    return state.keys() == expected.keys() and all(
        state[name].shape == value.shape and close(state[name], value) for name, value in expected.items()
    )


def _sgd(model: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=0.1)
