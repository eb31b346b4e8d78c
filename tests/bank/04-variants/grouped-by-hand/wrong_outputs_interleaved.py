# step: two-groups
# misconception: outputs-interleaved
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    pairs = zip(x.chunk(groups, dim=1), weight.chunk(groups))
    y = torch.stack([F.conv2d(channels, kernels) for channels, kernels in pairs], dim=2).flatten(1, 2)
    return y if bias is None else y + bias[:, None, None]
