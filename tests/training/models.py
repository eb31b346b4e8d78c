"""Models that the tests train, of module level so that they can be handed over."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def stage(before: int, after: int) -> list[nn.Module]:
    return [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU()]


def simple_cnn(classes: int = 10, channels: int = 1) -> nn.Module:
    """Three stages with 32, 64 and 128 channels, global average pooling, linear."""
    return nn.Sequential(
        *stage(channels, 32),
        nn.MaxPool2d(2),
        *stage(32, 64),
        nn.MaxPool2d(2),
        *stage(64, 128),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(128, classes),
    )


class Residual(nn.Module):
    """Two convolutions beside a 1×1 shortcut, without BatchNorm."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, padding=1)
        self.second = nn.Conv2d(after, after, 3, padding=1)
        self.shortcut = nn.Conv2d(before, after, 1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.second(torch.relu(self.first(x))) + self.shortcut(x))


def cnn_with_residual(classes: int = 10) -> nn.Module:
    """28×28×1: conv 32, pool, residual 64, pool, residual 128, pool, 1152 → 512 → classes."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        Residual(32, 64),
        nn.MaxPool2d(2),
        Residual(64, 128),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128 * 3 * 3, 512),
        nn.ReLU(),
        nn.Linear(512, classes),
    )


def small(classes: int = 10) -> nn.Module:
    """Fast, for 8×8 images; with BatchNorm and dropout."""
    return nn.Sequential(*stage(1, 8), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.2), nn.Linear(8 * 16, classes))
