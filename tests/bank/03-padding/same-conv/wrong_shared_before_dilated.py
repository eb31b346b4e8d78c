# step: dilation
# misconception: halved-before-dilated
import torch
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        pads = []
        for kernel, dilation in zip(self.conv.kernel_size[::-1], self.conv.dilation[::-1]):
            pads += [dilation * ((kernel - 1) // 2), dilation * (kernel // 2)]
        return self.conv(F.pad(x, pads))
