from torch import nn


def separable_savings(in_channels, out_channels, kernel_size):
    regular = nn.Conv2d(in_channels, out_channels, kernel_size)
    depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, groups=in_channels)
    pointwise = nn.Conv2d(in_channels, out_channels, 1)
    counts = [sum(p.numel() for p in layer.parameters()) for layer in (regular, depthwise, pointwise)]
    return counts[0], counts[1] + counts[2]
