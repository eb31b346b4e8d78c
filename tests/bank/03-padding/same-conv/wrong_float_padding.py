# step: odd
# misconception: float-for-int
import torch
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding=tuple((k - 1) / 2 for k in ((kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size)), dilation=dilation, bias=bias)

    def forward(self, x):
        return self.conv(x)
