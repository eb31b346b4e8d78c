from torch import nn


def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    layer = nn.Conv2d(in_channels, out_channels, kernel, groups=groups, bias=bias)
    return sum(parameter.numel() for parameter in layer.parameters())
