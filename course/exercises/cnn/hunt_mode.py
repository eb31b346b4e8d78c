"""Exercise hunt-mode: a training that judges after each epoch, and goes on in evaluation mode."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import close
from course.checking.expect_float import near
from course.exercises.learning.sample_models import Batches, batches, convnet
from course.language import N_, _
from course.misconceptions import Misconception

exercise = Exercise(
    "hunt-mode",
    difficulty=2,
    minutes=3,
    hints=(
        N_(
            "Write the mode of the model, training or evaluation, beside each line of the program: in the first epoch, then in the second."
        ),
        N_("In which mode does the second epoch learn?"),
        N_("`model.train()` belongs at the beginning of each epoch, `model.eval()` before each judgement."),
    ),
    hidden={N_("other trainings"): N_("Try one epoch, three epochs, and a model that comes in evaluation mode.")},
    misconceptions={
        "eval-mode-left": N_(
            "From the second epoch on the model learns in evaluation mode: its running statistics stand still."
        ),
        "judged-in-training": Misconception(
            "The model is judged in training mode.",
            N_("The held-out images are judged in training mode. `no_grad` does not change the mode."),
        ),
        "judged-before": Misconception(
            "The model is judged before each epoch, not after it.",
            N_("The first share is that of the model before any training. Judge after the epoch's batches."),
        ),
        "judged-once": Misconception(
            "There is one judgement in all, not one for each epoch.",
            N_("Judge after each epoch, and return a list with all the shares."),
        ),
        "trained-in-eval": Misconception(
            "The model never learns in training mode.",
            N_("The model learned in evaluation mode from the first epoch on."),
        ),
        "no-step": N_("The parameters did not change. The five lines of training were right."),
        "other-training": Misconception(
            "The training takes other steps than the program did.",
            N_("The five lines of training were right as they were. Look at the two lines that set the mode."),
        ),
        "type:shares": N_("Return a list with one float for each epoch."),
    },
)


@dataclass(frozen=True)
class Course:
    """How a training is run: the mode that each epoch learns in and is judged in."""

    learns: Sequence[bool | None]
    judges: bool = False
    steps: bool = True


@dataclass
class Trained:
    """What a training gave: the share of held-out images that are right after each epoch, and the model's state."""

    shares: list[float] = field(default_factory=list)
    state: dict[str, Tensor] = field(default_factory=dict)


def train_and_watch(
    model: nn.Module, data: Batches, held_out: tuple[Tensor, Tensor], epochs: int, course: Course
) -> Trained:
    """Train a copy of the model with SGD; see `Course`."""
    model, trained = copy.deepcopy(model), Trained()
    optimizer = _sgd(model)
    images, labels = held_out
    for epoch in range(epochs):
        mode = course.learns[min(epoch, len(course.learns) - 1)]
        if mode is not None:
            model.train(mode)
        for x, y in data:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()  # type: ignore[no-untyped-call]
            if course.steps:
                optimizer.step()
        model.train(course.judges)
        with torch.no_grad():
            trained.shares.append(float((model(images).argmax(dim=1) == labels).float().mean()))
    trained.state = {name: value.clone() for name, value in model.state_dict().items()}
    return trained


RIGHT = Course([True])

COURSES = (
    ("eval-mode-left", Course([True, False])),
    ("judged-in-training", Course([True], judges=True)),
    ("trained-in-eval", Course([False])),
    ("no-step", Course([True], steps=False)),
)
"""Other trainings, each with the key of its misconception."""


@exercise.step("one-epoch", N_("One epoch: learns in training mode, and is judged in evaluation mode"))
def _one_epoch(answer: Answer, sample: Sample) -> None:
    _expect_training(answer, convnet(sample), batches(sample, 6, 6, 5), _held_out(sample), epochs=1)


@exercise.step("each-epoch", N_("So is each epoch after it"))
def _each_epoch(answer: Answer, sample: Sample) -> None:
    for epochs in (2, sample.integer(3, 4)):
        _expect_training(answer, convnet(sample), batches(sample, 5, 5), _held_out(sample), epochs)


@exercise.step("came-in-eval", N_("Also for a model that comes in evaluation mode"))
def _came_in_eval(answer: Answer, sample: Sample) -> None:
    _expect_training(answer, convnet(sample).eval(), batches(sample, 5, 4), _held_out(sample), epochs=2)


def _held_out(sample: Sample) -> tuple[Tensor, Tensor]:
    ((images, labels),) = batches(sample, 30)
    return images, labels


def _expect_training(
    answer: Answer, model: nn.Module, data: Batches, held_out: tuple[Tensor, Tensor], epochs: int
) -> None:
    placed, optimizer = answer.place(*_together(model))
    got = answer(placed, data, held_out, optimizer, epochs)
    right = train_and_watch(model, data, held_out, epochs, RIGHT)
    state = placed.state()
    others = [(key, train_and_watch(model, data, held_out, epochs, course)) for key, course in COURSES]
    where = _("after {epochs} epochs").format(epochs=epochs)
    if not _same(state, right.state):
        message = _("The model is not in the state that this training leads to ({where}).").format(where=where)
        key = next((key for key, other in others if _same(state, other.state)), "other-training")
        raise Wrong(message, key)
    if got is None:
        raise Wrong(_("Expected a list, but your code returned None."), "missing-return")
    if type(got) is float and near(got, right.shares[-1]):
        raise Wrong(_("Expected a list with {epochs} shares, but got one float.").format(epochs=epochs), "judged-once")
    if type(got) not in (list, tuple) or not all(type(share) is float for share in got):
        raise Wrong(_("Expected a list of floats, one for each epoch."), "type:shares")
    if len(got) != epochs:
        raise Wrong(
            _("Expected {epochs} shares, one for each epoch, but got {count}.").format(epochs=epochs, count=len(got)),
            "judged-once",
        )
    if not _same_shares(got, right.shares):
        message = _("Expected the shares {expected}, but got {got} ({where}).").format(
            expected=_rounded(right.shares), got=_rounded(got), where=where
        )
        keys = [key for key, other in others if _same_shares(got, other.shares)]
        if not keys and near(got[0], _share_before(model, held_out)):
            keys = ["judged-before"]
        raise Wrong(message, keys[0] if keys else "values")


def _share_before(model: nn.Module, held_out: tuple[Tensor, Tensor]) -> float:
    """The share of held-out images that are right before any training, in evaluation mode."""
    images, labels = held_out
    with torch.no_grad():
        return float((copy.deepcopy(model).eval()(images).argmax(dim=1) == labels).float().mean())


def _together(model: nn.Module) -> tuple[nn.Module, torch.optim.Optimizer]:
    return model, _sgd(model)


def _sgd(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=0.1)


def _same(got: dict[str, Tensor], expected: dict[str, Tensor]) -> bool:
    return got.keys() == expected.keys() and all(
        got[name].shape == value.shape and close(got[name], value) for name, value in expected.items()
    )


def _same_shares(got: Sequence[float], expected: Sequence[float]) -> bool:
    return len(got) == len(expected) and all(map(near, got, expected))


def _rounded(shares: Sequence[float]) -> list[float]:
    return [round(share, 3) for share in shares]
