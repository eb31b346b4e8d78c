import torch
import torch.nn.functional as F
from torch import nn


class ProjectionBlock(nn.Module):
    """The shortcut is registered first, and is None where the shape stays. It takes every stride-th pixel by a slice."""

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.stride = stride
        same = stride == 1 and in_channels == out_channels
        self.downsample = None if same else nn.ModuleDict(
            {"norm": nn.BatchNorm2d(out_channels), "conv": nn.Conv2d(in_channels, out_channels, 1)}
        )
        layers = []
        for channels, step in ((in_channels, stride), (out_channels, 1)):
            layers += [nn.Conv2d(channels, out_channels, 3, step, 1, bias=False), nn.BatchNorm2d(out_channels), nn.ReLU()]
        self.main = nn.Sequential(*layers[:-1])

    def forward(self, x):
        identity = x
        if self.downsample is not None:
            identity = self.downsample["norm"](self.downsample["conv"](x[..., :: self.stride, :: self.stride]))
        return torch.relu(self.main(x) + identity)
