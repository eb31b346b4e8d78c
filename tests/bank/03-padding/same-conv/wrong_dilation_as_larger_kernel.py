# step: dilation
# misconception: dilation-adds-parameters
import torch
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        kernel = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        gaps = (dilation, dilation) if isinstance(dilation, int) else dilation
        self.rows, self.columns = (gap * (cells - 1) for gap, cells in zip(gaps, kernel))
        self.conv = nn.Conv2d(in_channels, out_channels, (self.rows + 1, self.columns + 1), stride, bias=bias)

    def forward(self, x):
        top, left = self.rows // 2, self.columns // 2
        return self.conv(F.pad(x, (left, self.columns - left, top, self.rows - top)))
