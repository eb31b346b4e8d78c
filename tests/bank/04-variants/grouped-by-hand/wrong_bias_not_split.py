# step: two-groups
# misconception: bias-not-split
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    pairs = zip(x.chunk(groups, dim=1), weight.chunk(groups))
    made = weight.shape[0] // groups
    offsets = None if bias is None else bias[:made]
    return torch.cat([F.conv2d(channels, kernels, offsets) for channels, kernels in pairs], dim=1)
