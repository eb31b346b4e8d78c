from torch import nn


def weight_shape(in_channels, out_channels, kernel, groups=1):
    return nn.Conv2d(in_channels, out_channels, kernel, groups=groups).weight.shape
