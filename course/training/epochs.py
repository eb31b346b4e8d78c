"""How lessons train: a loader, one epoch, and the share of right answers; the course's own answers to lesson 04's exercises."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from course.checking.models import modes_kept
from course.training.display import view_of
from course.training.history import History

Batches = Iterable[tuple[Tensor, Tensor]]
"""Whatever gives batches of images (N, ...) and labels int64 (N,), such as a DataLoader or a list."""


def loader(images: Tensor, labels: Tensor, batch: int = 64, seed: int = 0) -> DataLoader[tuple[Tensor, ...]]:
    """Make a DataLoader that shuffles anew in each epoch, and in the same way each time the lesson runs.

    Args:
        images: (N, ...).
        labels: int64 (N,).
        batch: images in a batch; the last one may be smaller.
        seed: gives the orders.
    """
    order = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(images, labels), batch_size=batch, shuffle=True, generator=order)


def train_epoch(model: nn.Module, loader: Batches, optimizer: torch.optim.Optimizer) -> float:
    """Train the model for one epoch with the cross-entropy; returns the mean loss over the images, each before its step."""
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


def accuracy(model: nn.Module, loader: Batches) -> float:
    """The share of images whose largest logit is their label's, from 0 to 1, in evaluation mode; the modes are put back."""
    right, count = 0, 0
    with modes_kept(model), torch.no_grad():
        model.eval()
        for images, labels in loader:
            right += int((model(images).argmax(dim=1) == labels).sum())
            count += len(labels)
    return right / count


def fit(
    model: nn.Module,
    loader: DataLoader[Any],
    optimizer: torch.optim.Optimizer,
    *,
    epochs: int,
    held_out: Batches,
    train_epoch: Callable[..., float] = train_epoch,
    accuracy: Callable[..., float] = accuracy,
    show: bool = True,
) -> History:
    """Train for some epochs and judge after each; a notebook shows the mean loss and the accuracy as they come.

    Args:
        train_epoch, accuracy: the functions that train and judge, such as a learner's own.
        held_out: batches that are not trained on.
        show: a picture that moves in a notebook, one line elsewhere; False: nothing.
    """
    classes = 1 + max(int(labels.max()) for _images, labels in held_out)
    history = History((), (), 0, epochs, math.log(max(2, classes)), by_epoch=True)
    view = view_of(history, epochs, judged=True, show=show, batches=len(loader))
    counted = _Counted(loader, view.batch)
    for epoch in range(1, epochs + 1):
        losses = (*history.losses, float(train_epoch(model, counted, optimizer)))
        accuracies = (*history.accuracies, float(accuracy(model, held_out)))
        history = replace(history, losses=losses, accuracies=accuracies, epochs=epoch)
        view.show(history)
    view.end(history)
    return history


class _Counted:
    """A loader that tells how many batches were taken from it, over all epochs."""

    def __init__(self, loader: DataLoader[Any], tell: Callable[[int], None]) -> None:
        self._loader, self._tell, self._taken = loader, tell, 0

    def __iter__(self) -> Iterator[Any]:
        for batch in self._loader:
            yield batch
            self._taken += 1
            self._tell(self._taken)

    def __len__(self) -> int:
        return len(self._loader)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
