import torch
import torch.nn.functional as F
from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, in_channels, mid_channels, out_channels, stride=1):
        super().__init__()
        sizes = [(in_channels, mid_channels, 1, 1), (mid_channels, mid_channels, 3, stride), (mid_channels, out_channels, 1, 1)]
        self.norms = nn.ModuleList(nn.BatchNorm2d(c_out) for _, c_out, _, _ in sizes)
        self.convs = nn.ModuleList(nn.Conv2d(c_in, c_out, k, s, k // 2) for c_in, c_out, k, s in sizes)
        self.skip = nn.LazyConv2d(out_channels, 1, stride) if False else None
        if in_channels != out_channels or stride != 1:
            self.skip = nn.Conv2d(in_channels, out_channels, (1, 1), (stride, stride))

    def forward(self, x):
        y = x
        for place, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            y = norm(conv(y))
            if place < 2:
                y = y.clamp_min(0)
        return (y + (x if self.skip is None else self.skip(x))).clamp_min(0)
