"""A fair trial for a small classifier: everyone's digits, relabelled classes, training and limits are the same.

The digits are scikit-learn's, which everybody has. So that nobody can know them by heart, each is moved, turned and
scaled a little, and the ten classes get new numbers; both come from the trial's seed, for training and judging alike.

The model may live in another process. It is trained there, and its logits come back by value; the accuracy is computed
here, and the labels that judge never go there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import images
from course.checking.answer import Answer, Wrong
from course.checking.world import Failure, usual_settings
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions
from course.training.limits import CLASSES, SECONDS, SHAPE, require_cost, require_logits, require_parameters
from course.training.loop import TrainingPlan, logits, share_right, training_steps


@dataclass(frozen=True)
class Conditions:
    """The conditions of a trial, the same for every design.

    Attributes:
        plan: how a design is trained.
        no_credit, full_credit: the accuracy up to which a design earns nothing, and from which it earns all; in between
            the credit grows evenly.
        training_stride, judging_stride: of the digits that train and of those that judge every n-th is used; 1: all of them.
    """

    plan: TrainingPlan
    no_credit: float
    full_credit: float
    training_stride: int = 1
    judging_stride: int = 1

    def credit(self, accuracy: float) -> float:
        """The share of the points that an accuracy earns, from 0 to 1."""
        return min(1.0, max(0.0, (accuracy - self.no_credit) / (self.full_credit - self.no_credit)))


CONDITIONS = Conditions(
    TrainingPlan(epochs=2, batch_size=32, learning_rate=0.01, seed=0), no_credit=0.90, full_credit=0.97
)
"""The conditions that marks depend on. Tests of steps and hints put smaller ones in their place."""

MISCONCEPTIONS: Misconceptions = {
    "nan-loss": Misconception(
        "The loss becomes NaN or infinite in training.",
        N_(
            "Look for a logarithm, a root or a division in `forward`, for weights that start very large, and for many "
            "layers without a BatchNorm."
        ),
    ),
    "slow-training": N_(
        "Look for Python loops over pixels or channels in `forward`; a layer does the same many times faster."
    ),
}

_COPIES = {"train": 4, "test": 2}  # of each digit, each changed in its own way
_SHIFT, _TURN, _SCALE = 2.0, 10.0, 0.1  # at most: pixels, degrees, share of the size


@dataclass(frozen=True, eq=False)
class Trial:
    """The digits of one seed: images float32 (N, 1, 28, 28) in [0, 1], labels int64 (N,); and what is asked of a design."""

    conditions: Conditions
    training_images: Tensor
    training_labels: Tensor
    images: Tensor
    labels: Tensor


@dataclass(frozen=True, eq=False)
class Result:
    """The result of a trial: the trained model itself, and its logits (N, 10) for the digits that judge."""

    model: Answer
    logits: Tensor
    trial: Trial

    @property
    def accuracy(self) -> float:
        """The share of the judging digits that are right."""
        return share_right(self.logits, self.trial.labels)

    @property
    def credit(self) -> float:
        """The share of the points that the accuracy earns."""
        return self.trial.conditions.credit(self.accuracy)

    @property
    def training_accuracy(self) -> float:
        """The share of the training digits that are right; raises as `run_trial`."""
        return share_right(judge(self.model, self.trial.training_images), self.trial.training_labels)


def trial_of(seed: int) -> Trial:
    """The trial of a seed. Digits of `course.images`: its training part to train, its test part to judge."""
    return _trial(seed, CONDITIONS)


@lru_cache(maxsize=2)
def _trial(seed: int, conditions: Conditions) -> Trial:
    generator = torch.Generator().manual_seed(seed)
    numbers = torch.randperm(CLASSES, generator=generator)
    sets: list[Tensor] = []
    for part, stride in (("train", conditions.training_stride), ("test", conditions.judging_stride)):
        digits, labels = images.digits(SHAPE[-1], part)
        copies = _COPIES[part]
        pictures = moved(digits.repeat(copies, 1, 1, 1), generator)
        sets += [pictures[::stride], numbers[labels].repeat(copies)[::stride]]
    return Trial(conditions, *sets)


def moved(digits: Tensor, generator: torch.Generator) -> Tensor:
    """Each image (N, C, H, W) shifted, turned and scaled a little, in its own way; zeros come in from outside."""

    def up_to(most: float) -> Tensor:
        return (2 * torch.rand(len(digits), generator=generator) - 1) * most

    angle, scale = up_to(math.radians(_TURN)), 1 + up_to(_SCALE)
    height, width = digits.shape[-2:]
    right, down = up_to(2 * _SHIFT / width), up_to(2 * _SHIFT / height)  # affine_grid's sides go from -1 to 1
    rows = [
        torch.stack([angle.cos() / scale, -angle.sin() / scale, right], 1),
        torch.stack([angle.sin() / scale, angle.cos() / scale, down], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(digits.shape), align_corners=False)
    return F.grid_sample(digits, grid, align_corners=False)


def run_trial(design: Answer, trial: Trial) -> Result:
    """Build a model by `design()`, hold it to the limits, train it and let it judge.

    Raises:
        Wrong: when a limit is passed or what comes back are no logits; Failure: when the answer raises.
    """
    plan = trial.conditions.plan
    model = Answer(design.run(built, design, plan.seed))
    require_parameters(model)
    require_cost(model)
    try:
        loss = design.run(trained, model, trial.training_images, trial.training_labels, plan, seconds=SECONDS)
    except Wrong as wrong:
        raise _too_long() if wrong.misconception == "endless" else wrong from None
    if type(loss) is not float or not math.isfinite(loss):
        raise Wrong(_("The loss became NaN or infinite while the model was trained."), "nan-loss")
    return Result(model, judge(model, trial.images), trial)


def judge(model: Answer, digits: Tensor) -> Tensor:
    """The logits of a model for these digits, (N, 10).

    Raises:
        Wrong: when what comes back are none; Failure: when the model raises.
    """
    return require_logits(model.run(judged, model, digits, seconds=SECONDS), len(digits))


def trial_credit(design: object, seed: int) -> float:
    """The share of the points that a design earns on the digits of this seed; 0 where it raises or passes a limit."""
    try:
        with usual_settings():
            return run_trial(Answer(design), trial_of(seed)).credit
    except (Wrong, Failure):
        return 0.0


def built(design: Callable[[], object], seed: int) -> object:
    """In the answer's world: what `design()` makes when torch's random numbers begin with this seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return design()


def trained(model: nn.Module, digits: Tensor, labels: Tensor, plan: TrainingPlan) -> float:
    """In the answer's world: train the model by the plan; returns the last loss."""
    loss = math.nan
    with _one_thread():
        for step in training_steps(model, digits, labels, plan):
            loss = step.loss
    return loss


def judged(model: nn.Module, digits: Tensor) -> Tensor:
    """In the answer's world: the model's outputs in eval mode."""
    with _one_thread():
        return logits(model, digits)


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread adds up in one order: the same result whatever the machine's number of cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _too_long() -> Wrong:
    return Wrong(
        _("The training was still running after {seconds:g} seconds, so it was stopped.").format(seconds=SECONDS),
        "slow-training",
    )
