import torch
import torch.nn.functional as F
from torch import nn


class ResidualBlock(nn.Module):
    """Layers that also stand in a list; functional calls with the layers' own tensors."""

    def __init__(self, channels):
        super().__init__()
        self.norms = nn.ModuleList([nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)])
        self.convs = nn.ModuleList([nn.Conv2d(channels, channels, 3) for _ in range(2)])
        self.last_norm = self.norms[1]
        self.first = self.convs[0]

    def forward(self, x):
        y = self.norms[0](self.first(F.pad(x, (1, 1, 1, 1))))
        y = torch.where(y > 0, y, torch.zeros_like(y))
        y = F.conv2d(y, self.convs[1].weight, self.convs[1].bias, padding=1)
        return (torch.add(self.last_norm(y), x)).clamp(min=0)
