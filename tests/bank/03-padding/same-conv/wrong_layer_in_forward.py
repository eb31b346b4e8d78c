# step: parameters
# misconception: parameter-missing
import torch
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.arguments = (in_channels, out_channels, kernel_size, stride)

    def forward(self, x):
        return nn.Conv2d(*self.arguments)(x)
