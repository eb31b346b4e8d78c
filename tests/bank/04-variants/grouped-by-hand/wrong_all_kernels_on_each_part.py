# step: two-groups
# misconception: kernels-not-split
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    parts = [F.conv2d(channels, weight, bias) for channels in x.chunk(groups, dim=1)]
    return torch.cat(parts, dim=1)
