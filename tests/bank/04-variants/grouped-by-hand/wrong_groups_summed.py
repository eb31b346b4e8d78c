# step: two-groups
# misconception: groups-summed
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    pairs = zip(x.chunk(groups, dim=1), weight.chunk(groups))
    y = sum(F.conv2d(channels, kernels) for channels, kernels in pairs)
    return y if bias is None else y + bias[: y.shape[1], None, None]
