"""How lessons train: a loader, one epoch, and the share of right answers; the course's own answers to lesson 04's exercises."""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from course.checking.models import modes_kept

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
