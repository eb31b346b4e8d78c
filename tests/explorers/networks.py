"""Networks that the tests of the network explorer look at, and how they ask it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.explorers.network import RECIPE
from course.explorers.network.gradient_reach import Measured
from course.explorers.network.receptive_field import Fields
from course.explorers.network.result import Result
from course.explorers.network.table import LayerTable, TableLine
from course.explorers.text import Description
from tests.explorers.asking import Asked


class SimpleCNN(nn.Module):
    """Stages of conv, norm, ReLU and pooling; global average; linear."""

    def __init__(self, in_channels: int = 3) -> None:
        super().__init__()
        widths = (in_channels, 32, 64, 128)
        stages: list[nn.Module] = []
        for before, after in pairwise(widths):
            stages += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
            stages.append(nn.AdaptiveAvgPool2d(1) if after == 128 else nn.MaxPool2d(2))
        self.features = nn.Sequential(*stages)
        self.classifier = nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x).flatten(1))  # type: ignore[no-any-return]


class Residual(nn.Module):
    """Two convolutions and a projection, added; one ReLU module used twice."""

    def __init__(self, before: int, after: int, inplace: bool = False) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(before, after, 3, padding=1), nn.Conv2d(after, after, 3, padding=1)
        self.shortcut, self.relu = nn.Conv2d(before, after, 1), nn.ReLU(inplace)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.conv2(self.relu(self.conv1(x))) + self.shortcut(x))  # type: ignore[no-any-return]


class CNNWithResidual(nn.Module):
    """Functional ReLUs and a view between its layers; `features` is the number that the view has written down."""

    def __init__(self, features: int = 1152) -> None:
        super().__init__()
        self.conv1, self.pool = nn.Conv2d(1, 32, 3, padding=1), nn.MaxPool2d(2, 2)
        self.block1, self.block2 = Residual(32, 64), Residual(64, 128)
        self.fc1, self.fc2, self.features = nn.Linear(features, 512), nn.Linear(512, 10), features

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(self.block2(self.pool(self.block1(x))))
        return self.fc2(torch.relu(self.fc1(x.view(-1, self.features))))  # type: ignore[no-any-return]


def depthwise() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(3, 6, 3, stride=2), nn.ReLU(inplace=True), nn.Conv2d(6, 6, (3, 5), padding=(1, 2), groups=6)),
        *(nn.Conv2d(6, 8, 1), nn.AvgPool2d(2), nn.LeakyReLU(0.1), nn.Conv2d(8, 4, 3, groups=2)),
    )


def transposed() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 4, stride=2, padding=1), nn.Tanh(), nn.ConvTranspose2d(4, 6, 3, 2, 1, output_padding=1)),
        *(nn.ConvTranspose2d(6, 2, 5, stride=3, dilation=2, groups=2), nn.Sigmoid()),
    )


class UNet(nn.Module):
    """A branch joined by cat, upsampling, padding by F.pad, pooling by F.max_pool2d."""

    def __init__(self) -> None:
        super().__init__()
        self.down, self.deep, self.up = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3), nn.Conv2d(8, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        skip = F.relu(self.down(x))
        deep = F.relu(self.deep(F.pad(F.max_pool2d(skip, 2), (1, 1, 1, 1))))
        return self.up(torch.cat([F.interpolate(deep, scale_factor=2), skip], dim=1))  # type: ignore[no-any-return]


ASKED = Asked(RECIPE, Result)
result_of = ASKED.result

MODELS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "simple": (SimpleCNN, (3, 32, 32)),
    "simple odd": (lambda: SimpleCNN(1), (1, 13, 19)),
    "residual": (CNNWithResidual, (1, 28, 28)),
    "inplace": (lambda: nn.Sequential(nn.Conv2d(1, 3, 3), Residual(3, 4, inplace=True)), (1, 9, 12)),
    "depthwise": (depthwise, (3, 24, 31)),
    "transposed": (transposed, (1, 14, 10)),
    "u-net": (UNet, (1, 12, 16)),
}


def built(name: str) -> tuple[nn.Module, Tensor]:
    """A model by its name, and an image for it."""
    build, shape = MODELS[name]
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model: nn.Module = build()
        return model, torch.rand(shape)


def words_of(result: Result) -> Description:
    return RECIPE.describe(result, True)


def fields_of(result: Result) -> Fields:
    """The receptive field of the chosen layer, by formula, along each axis."""
    assert result.row is not None
    assert result.row.sees is not None
    return result.row.sees.fields


def measured_in(result: Result) -> Measured:
    """What the gradient of the chosen cell reaches."""
    assert isinstance(result.reached, Measured)
    return result.reached


def table_of(result: Result) -> tuple[TableLine, ...]:
    """The lines of its table of layers."""
    table = words_of(result).table
    assert isinstance(table, LayerTable)
    return table.rows
