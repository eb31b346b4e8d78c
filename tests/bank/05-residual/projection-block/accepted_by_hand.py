import torch
import torch.nn.functional as F
from torch import nn


def conv_norm(in_channels, out_channels, kernel, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2), nn.BatchNorm2d(out_channels)
    )


class ProjectionBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.paths = nn.ModuleList([conv_norm(out_channels, out_channels, 3)])
        if (in_channels, 1) != (out_channels, stride):
            self.paths.append(conv_norm(in_channels, out_channels, 1, stride))
        self.start = conv_norm(in_channels, out_channels, 3, stride)

    def forward(self, x):
        second, *projection = self.paths
        total = second(F.relu(self.start(x)))
        for layer in projection or [lambda given: given]:
            total = total + layer(x)
        return F.relu(total)
