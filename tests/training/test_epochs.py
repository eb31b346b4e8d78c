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


def test_fit_trains_and_judges_by_the_functions_it_is_given_and_tells_the_mean_loss_of_each_epoch() -> None:
    torch.manual_seed(0)
    images = torch.randn(30, 1, 4, 4)
    batches = training.loader(images, (images.mean((1, 2, 3)) > 0).long(), batch=8)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 2))
    seen: list[int] = []

    def my_epoch(model: torch.nn.Module, loader: training.Batches, optimizer: torch.optim.Optimizer) -> float:
        seen.append(sum(len(labels) for _images, labels in loader))
        return training.train_epoch(model, loader, optimizer)

    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    history = training.fit(model, batches, optimizer, epochs=3, held_out=batches, train_epoch=my_epoch, show=False)
    assert seen == [30, 30, 30]
    assert (len(history.losses), history.epochs, repr(history)) == (3, 3, "3 of 3 epochs")
    assert history.losses[2] < history.losses[0]
    assert history.accuracies[-1] == training.accuracy(model, batches)
    assert history.summary().startswith("3 of 3 epochs: mean loss ")
