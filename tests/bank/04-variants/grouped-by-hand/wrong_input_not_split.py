# step: two-groups
# misconception: input-not-split
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    seen = weight.shape[1]
    parts = [F.conv2d(x[:, :seen], kernels) for kernels in weight.chunk(groups)]
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]
