# step: stride
# misconception: extra-cell-before
import torch
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        pads = []
        c = self.conv
        for axis in (1, 0):
            size = x.shape[2 + axis]
            span = c.dilation[axis] * (c.kernel_size[axis] - 1) + 1
            total = max((-(-size // c.stride[axis]) - 1) * c.stride[axis] + span - size, 0)
            if c.stride[axis] == 1:
                pads += [total // 2, total - total // 2]
            else:
                pads += [total - total // 2, total // 2]
        return c(F.pad(x, pads))
