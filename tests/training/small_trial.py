"""A small trial of the capstone for tests of its steps and hints: an eighth of the digits, and accuracies to match."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from course.training import trial
from course.training.loop import TrainingPlan
from course.training.trial import Conditions

SMALL = Conditions(
    TrainingPlan(epochs=4, batch_size=16, learning_rate=0.02, seed=0),
    no_credit=0.85,
    full_credit=0.88,
    training_stride=8,
    judging_stride=2,
)
"""The bank's right designs reach 91 % and more, its wrong ones 83 % at most, over five seeds; a fifth of a full trial's time."""


@contextmanager
def small_trial() -> Iterator[None]:
    """The public check and the hidden one of this process give every design the small trial."""
    with mock.patch.object(trial, "CONDITIONS", SMALL):
        yield
