# step: trainable
# misconception: no-gradient
import torch
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
        self.settings = conv.kernel_size, conv.stride, conv.dilation
        self.register_buffer("weight", conv.weight.detach())
        self.bias = conv.bias

    def forward(self, x):
        kernels, strides, dilations = self.settings
        pads = []
        for kernel, dilation in zip(kernels[::-1], dilations[::-1]):
            total = dilation * (kernel - 1)
            pads += [total // 2, total - total // 2]
        return F.conv2d(F.pad(x, pads), self.weight, self.bias, strides, 0, dilations)
