import torch
from torch import nn


def multiply_adds(in_shape, out_channels, kernel, stride=1, padding=0, groups=1):
    layer = nn.Conv2d(in_shape[0], out_channels, kernel, stride, padding, groups=groups)
    maps = layer(torch.zeros(in_shape))
    return layer.weight.numel() * maps[0].numel()
