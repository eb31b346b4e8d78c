"""Models and blocks that lesson 07's checks hand to an answer. They stand at a module's top level, so that they can be sent."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class OutOfOrder(nn.Module):
    """Runs its layers in another order than they are registered in, one of them twice, and one never.

    Args:
        unused: whether there is that one, a convolution.
    """

    def __init__(self, *, unused: bool = True) -> None:
        super().__init__()
        self.head = nn.Linear(6, 5)
        if unused:
            self.unused = nn.Conv2d(4, 4, 1)
        self.act = nn.ReLU(inplace=True)
        self.body = nn.ModuleDict({"second": nn.Conv2d(4, 6, 3, stride=2), "first": nn.Sequential(nn.Conv2d(3, 4, 5))})

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, 5)."""
        x = self.act(self.body["first"](x))
        x = self.act(self.body["second"](x))
        y: Tensor = self.head(x.mean((2, 3)))
        return y


class Small(nn.Module):
    """A small residual network with everything that can be upset: BatchNorm, dropout, one value per channel, a frozen weight."""

    def __init__(self, channels: int = 4) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, channels, 3, padding=1, bias=False)
        self.block = TwoConvs(channels)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.norm = nn.BatchNorm2d(channels)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(channels, 3)
        self.stem.weight.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 1, H, W) to (N, 3)."""
        y: Tensor = self.head(self.drop(self.norm(self.pool(self.block(self.stem(x)))).flatten(1)))
        return y


class TwoConvs(nn.Module):
    """A residual block without a layer on its shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, H, W), to the same."""
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + x)


class ShortcutLast(nn.Module):
    """A residual block whose shortcut has a convolution and a BatchNorm, registered after the main path."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.norm_a = nn.BatchNorm2d(out_channels)
        self.b = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.norm_b = nn.BatchNorm2d(out_channels)
        self.shortcut = nn.Sequential(nn.Conv2d(in_channels, out_channels, 1), nn.BatchNorm2d(out_channels))

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W) to (N, out_channels, H, W)."""
        return F.relu(self.norm_b(self.b(F.relu(self.norm_a(self.a(x))))) + self.shortcut(x))


class ShortcutFirst(nn.Module):
    """A bottleneck whose shortcut is registered before the main path, which is one nn.Sequential."""

    def __init__(self, in_channels: int, mid_channels: int, out_channels: int) -> None:
        super().__init__()
        self.shortcut = nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels))
        self.path = nn.Sequential(
            nn.Sequential(nn.Conv2d(in_channels, mid_channels, 1), nn.BatchNorm2d(mid_channels), nn.ReLU()),
            nn.Sequential(nn.Conv2d(mid_channels, mid_channels, 3, padding=1), nn.BatchNorm2d(mid_channels), nn.ReLU()),
            nn.Sequential(nn.Conv2d(mid_channels, out_channels, 1), nn.BatchNorm2d(out_channels)),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W) to (N, out_channels, H, W)."""
        return F.relu(self.path(x) + self.shortcut(x))


class PlainShortcut(nn.Module):
    """A residual block whose shortcut is a bare convolution, and whose layers stand in an nn.ModuleList."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            [
                nn.Conv2d(in_channels, out_channels, 3, padding=1),
                nn.BatchNorm2d(out_channels),
                nn.Conv2d(out_channels, out_channels, 3, padding=1),
                nn.BatchNorm2d(out_channels),
            ]
        )
        self.shortcut = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W) to (N, out_channels, H, W)."""
        y = x
        for place, layer in enumerate(self.layers):
            y = F.relu(layer(y)) if place == 1 else layer(y)
        return F.relu(y + self.shortcut(x))


class Chain(nn.Module):
    """A stem and a chain of pairs of convolutions, with or without a shortcut around each pair, and a linear head."""

    def __init__(self, convolutions: int, channels: int, *, residual: bool, norm: bool) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, channels, 3, padding=1)
        self.convs = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _place in range(convolutions))
        self.norms = nn.ModuleList(
            nn.BatchNorm2d(channels) if norm else nn.Identity() for _place in range(convolutions)
        )
        self.head = nn.Linear(channels, 10)
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        """(N, 1, H, W) to (N, 10)."""
        x = torch.relu(self.stem(x))
        for place in range(0, len(self.convs), 2):
            y = torch.relu(self.norms[place](self.convs[place](x)))
            y = self.norms[place + 1](self.convs[place + 1](y))
            x = torch.relu(y + x if self.residual else y)
        scores: Tensor = self.head(x.mean((2, 3)))
        return scores


def weight_gradients(model: nn.Module, x: Tensor) -> list[Tensor]:
    """The gradient of `model(x).sum()` at each Conv2d's weight, in the order of `model.modules()`; zeros where unused."""
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    gradients = torch.autograd.grad(model(x).sum(), weights, allow_unused=True)
    return [
        torch.zeros_like(weight) if gradient is None else gradient
        for weight, gradient in zip(weights, gradients, strict=True)
    ]
