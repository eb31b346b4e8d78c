# step: two-groups
# misconception: kernels-not-split
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    made = weight.shape[0] // groups
    parts = [F.conv2d(channels, weight[:made]) for channels in x.chunk(groups, dim=1)]
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]
