import warnings

import torch
from torch import nn


class SameConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__(in_channels, out_channels, kernel_size, padding="same", dilation=dilation, bias=bias)
        self.step = stride if isinstance(stride, tuple) else (stride, stride)

    def forward(self, x):
        warnings.warn("a warning is no mistake")
        return super().forward(x)[:, :, :: self.step[0], :: self.step[1]]
