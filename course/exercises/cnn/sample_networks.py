"""What lesson 08's checks hand to an answer: small networks for colour pictures, and pictures that tell classes apart."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course.checking.exercise import Sample
from course.exercises.learning.sample_models import seeded
from course.training.two_parts import TwoParts


def colour_network(sample: Sample, classes: int) -> nn.Sequential:
    """A small network with batch normalisation for colour images of any size."""
    return seeded(
        sample,
        nn.Conv2d(3, 6, 3),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(6, classes),
    )


def trained_network(sample: Sample, classes: int, rows: int = 16) -> TwoParts:
    """A network in two parts for colour images, in training mode; it stands for one that has learned something else."""
    features = seeded(
        sample,
        nn.Conv2d(3, rows, 3, padding=1),
        nn.BatchNorm2d(rows),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
    return TwoParts(features, nn.Linear(rows, classes))


def tinted(sample: Sample, classes: int, *sizes: int) -> list[tuple[Tensor, Tensor]]:
    """Batches of these sizes of images (3, 6, 6); each class has a tint of its own, so a few steps tell them apart."""
    tints = torch.tensor([[2.0, -1, -1], [-1, 2, -1], [-1, -1, 2], [1.5, 1.5, 1.5], [-1.5, -1.5, -1.5]])[:classes]
    batches = []
    for size in sizes:
        labels = torch.tensor([sample.integer(0, classes - 1) for _image in range(size)])
        batches.append((tints[labels][:, :, None, None] + 0.5 * sample.floats(size, 3, 6, 6), labels))
    return batches
