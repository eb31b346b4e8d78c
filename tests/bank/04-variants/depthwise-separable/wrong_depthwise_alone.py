# step: parameters
# misconception: no-pointwise
import torch
import torch.nn.functional as F
from torch import nn


class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)

    def forward(self, x):
        return self.depthwise(x)
