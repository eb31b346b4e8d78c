import torch
import torch.nn.functional as F
from torch import nn


class ConvNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.after = nn.BatchNorm2d(channels)
        self.first = nn.Conv2d(channels, channels, 3, 1, 1)

    def forward(self, x):
        return self.after(self.first(x))


class ResidualBlock(nn.Module):
    """The second pair is registered first, the ReLUs work in place on tensors of their own."""

    def __init__(self, channels):
        super().__init__()
        self.two = ConvNorm(channels)
        self.one = ConvNorm(channels)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        import warnings

        warnings.warn("forward runs")
        identity = x
        out = self.one(x)
        out = F.relu_(out)
        out = self.two(out)
        out += identity
        return out.relu_()
