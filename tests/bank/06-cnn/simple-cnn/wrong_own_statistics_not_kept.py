# step: training
# misconception: statistics-not-updated
import torch
import torch.nn.functional as F
from torch import nn


class Norm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.shift = nn.Parameter(torch.zeros(channels))
        self.scale = nn.Parameter(torch.ones(channels))
        self.register_buffer("variance", torch.ones(channels))
        self.register_buffer("average", torch.zeros(channels))

    def forward(self, x):
        average, variance = self.average, self.variance
        if self.training:
            average, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            with torch.no_grad():
                self.average.mul_(1.0)
        scale = self.scale / (variance + 1e-5).sqrt()
        return (x - average[:, None, None]) * scale[:, None, None] + self.shift[:, None, None]


class Stage(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.norm = Norm(after)
        self.conv = nn.Conv2d(before, after, 3, padding=1)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        self.a, self.b, self.c = Stage(in_channels, 32), Stage(32, 64), Stage(64, 128)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(128, num_classes)

    def forward(self, x):
        x = self.c(self.pool(self.b(self.pool(self.a(x)))))
        return self.head(x.sum((2, 3)) / (x.shape[2] * x.shape[3]))
