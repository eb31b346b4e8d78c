# step: stride
# misconception: stride-minus-kernel
import torch
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        pads = []
        for kernel, stride, dilation in list(zip(self.conv.kernel_size, self.conv.stride, self.conv.dilation))[::-1]:
            total = max(dilation * (kernel - 1) + 1 - stride, 0)
            pads += [total // 2, total - total // 2]
        return self.conv(F.pad(x, pads))
