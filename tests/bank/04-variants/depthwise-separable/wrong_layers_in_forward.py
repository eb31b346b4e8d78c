# step: parameters
# misconception: parameter-missing
import torch
import torch.nn.functional as F
from torch import nn


class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.channels = in_channels, out_channels, kernel_size

    def forward(self, x):
        in_channels, out_channels, kernel_size = self.channels
        y = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)(x)
        return nn.Conv2d(in_channels, out_channels, 1)(y)
