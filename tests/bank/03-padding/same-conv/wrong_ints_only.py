# step: rectangular
# misconception: raised
import torch
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
        self.kernel_size = kernel_size

    def forward(self, x):
        pads = []
        half = (self.kernel_size - 1) // 2
        pads = [half, self.kernel_size - 1 - half] * 2
        return self.conv(F.pad(x, pads))
