# step: odd
# misconception: same-for-transposed
import torch
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        return F.conv_transpose2d(x, self.conv.weight.transpose(0, 1), self.conv.bias, padding="same")
