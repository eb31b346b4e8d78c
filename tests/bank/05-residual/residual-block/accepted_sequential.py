import torch
import torch.nn.functional as F
from torch import nn


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        print("building", channels)
        conv = lambda: nn.Conv2d(channels, channels, kernel_size=3, padding="same", bias=False)
        self.main = nn.Sequential(conv(), nn.BatchNorm2d(channels), nn.ReLU(), conv(), nn.BatchNorm2d(channels))
        self.last = nn.ReLU()

    def forward(self, x):
        return self.last(self.main(x) + x)
