"""What lesson 04's checks hand to an answer: small models and batches of data; and what they read from a model where it lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from course.checking.exercise import Sample

Batches = Sequence[tuple[Tensor, Tensor]]


class Fork(nn.Module):
    """Two branches over the same input, joined along the channels: no chain of layers."""

    def __init__(self, left: nn.Module, right: nn.Module) -> None:
        super().__init__()
        self.left = left
        self.right = right

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the branches' maps, one after the other."""
        return torch.cat([self.left(x), self.right(x)], dim=1)


class Watched(nn.Module):
    """A model that remembers whether gradients were being recorded when it was called."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.recorded = False

    def forward(self, x: Tensor) -> Tensor:
        """What the model gives."""
        self.recorded = self.recorded or torch.is_grad_enabled()
        scores: Tensor = self.model(x)
        return scores


class Stream:
    """Batches that can be gone through, again and again, and nothing else: no length, no index, no dataset."""

    def __init__(self, batches: Batches) -> None:
        self._batches = tuple(batches)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return iter(self._batches)


def seeded(sample: Sample, *layers: nn.Module) -> nn.Sequential:
    """The layers one after the other, their parameters and statistics drawn from the sample; variances are positive."""
    model = nn.Sequential(*layers)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                drawn = sample.floats(*value.shape)
                value.copy_(0.5 + drawn.abs() if name.endswith("running_var") else 0.5 * drawn)
    return model


def convnet(sample: Sample, classes: int = 3) -> nn.Sequential:
    """A small network with batch normalisation for images of shape (2, 5, 6)."""
    return seeded(
        sample,
        nn.Conv2d(2, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(4 * 5 * 6, classes),
    )


def linear(sample: Sample) -> nn.Sequential:
    """A linear model for images of shape (2, 5, 6) and three classes."""
    return seeded(sample, nn.Flatten(), nn.Linear(2 * 5 * 6, 3))


def batches(sample: Sample, *sizes: int, classes: int = 3) -> list[tuple[Tensor, Tensor]]:
    """Batches of these sizes of images of shape (2, 5, 6), with labels under `classes`."""
    return [
        (sample.floats(size, 2, 5, 6), torch.tensor([sample.integer(0, classes - 1) for _image in range(size)]))
        for size in sizes
    ]


def loader(data: Batches) -> DataLoader[tuple[Tensor, ...]]:
    """A DataLoader that gives just these batches: all of one size, but for a smaller last one."""
    images, labels = (torch.cat(parts) for parts in zip(*data, strict=True))
    return DataLoader(TensorDataset(images, labels), batch_size=len(data[0][1]))


def leave_gradients(model: nn.Module) -> None:
    """Give every parameter a large gradient, as a forgotten backward pass would leave one."""
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 3.0)


def was_recorded(model: Watched) -> bool:
    """Whether gradients were being recorded during a call of this model."""
    return model.recorded


def records_after(judge: Callable[[nn.Module, Any], object], model: nn.Module, batched: Any) -> bool:
    """Whether gradients are being recorded after `judge(model, batched)`, as they were before it."""
    with torch.enable_grad():
        judge(model, batched)
        return torch.is_grad_enabled()
