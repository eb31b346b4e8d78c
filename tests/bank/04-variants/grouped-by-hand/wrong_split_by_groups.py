# step: by-hand
# misconception: raised
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    parts = zip(x.split(groups, dim=1), weight.chunk(groups))
    y = torch.cat([F.conv2d(channels, kernels) for channels, kernels in parts], dim=1)
    return y if bias is None else y + bias[:, None, None]
