"""The course's own train_epoch and accuracy pass the checks of their exercises; the loader shuffles in the same way each time."""

from __future__ import annotations

import pytest
import torch

from course import training
from course.checking.exercise import run_check
from course.checking.report import Outcome
from course.exercises.catalogue import find_exercise


@pytest.mark.parametrize(
    ("exercise", "answer"), [("train-epoch", training.train_epoch), ("accuracy", training.accuracy)]
)
def test_what_lessons_train_with_passes_the_check_of_its_exercise(exercise: str, answer: object) -> None:
    assert run_check(find_exercise(exercise), answer).outcome is Outcome.PASSED


def test_the_loader_gives_every_image_once_with_its_label_in_another_order_each_epoch_and_the_same_for_the_same_seed() -> (
    None
):
    images, labels = torch.arange(10.0).reshape(10, 1), torch.arange(10)
    batches = training.loader(images, labels, batch=4, seed=3)
    epochs = [[(x.flatten().tolist(), y.tolist()) for x, y in batches] for _epoch in range(2)]
    assert [len(x) for x, _y in epochs[0]] == [4, 4, 2]
    for epoch in epochs:
        assert all(x == y for x, y in epoch)
        assert sorted(label for _x, y in epoch for label in y) == list(range(10))
    assert epochs[0] != epochs[1]
    assert epochs[0] == [
        (x.flatten().tolist(), y.tolist()) for x, y in training.loader(images, labels, batch=4, seed=3)
    ]
