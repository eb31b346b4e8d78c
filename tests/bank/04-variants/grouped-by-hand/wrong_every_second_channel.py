# step: two-groups
# misconception: channels-interleaved
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    parts = [F.conv2d(x[:, group::groups], kernels) for group, kernels in enumerate(weight.chunk(groups))]
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]
