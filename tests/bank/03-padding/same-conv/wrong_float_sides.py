# step: odd
# misconception: float-for-int
import torch.nn.functional as F
from torch import nn


class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        rows, columns = (d * (k - 1) / 2 for k, d in zip(self.conv.kernel_size, self.conv.dilation))
        return self.conv(F.pad(x, (columns, columns, rows, rows)))
