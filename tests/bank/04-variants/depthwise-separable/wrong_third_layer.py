# step: parameters
# misconception: something-between
import torch
import torch.nn.functional as F
from torch import nn


class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
        self.after = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x):
        return self.after(self.pointwise(self.depthwise(x)))
