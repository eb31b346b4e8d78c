# step: two-groups
# misconception: first-group-only
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    for channels, kernels in zip(x.chunk(groups, dim=1), weight.chunk(groups)):
        y = F.conv2d(channels, kernels)
        return y if bias is None else y + bias[: len(kernels), None, None]
