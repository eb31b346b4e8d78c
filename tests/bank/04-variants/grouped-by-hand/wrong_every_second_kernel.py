# step: two-groups
# misconception: channels-interleaved
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    parts = [F.conv2d(channels, weight[group::groups]) for group, channels in enumerate(x.chunk(groups, dim=1))]
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]
