# step: by-hand
# misconception: bias-ignored
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    pairs = zip(x.chunk(groups, dim=1), weight.chunk(groups))
    return torch.cat([F.conv2d(channels, kernels) for channels, kernels in pairs], dim=1)
