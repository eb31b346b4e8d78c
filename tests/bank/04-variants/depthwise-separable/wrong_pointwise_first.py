# step: parameters
# misconception: pointwise-first
import torch
import torch.nn.functional as F
from torch import nn


class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
        self.depthwise = nn.Conv2d(out_channels, out_channels, kernel_size, padding="same", groups=out_channels)

    def forward(self, x):
        return self.depthwise(self.pointwise(x))
