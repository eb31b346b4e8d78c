import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    seen, made = weight.shape[1], weight.shape[0] // groups
    parts = []
    for group in range(groups):
        channels = x[:, group * seen : (group + 1) * seen]
        kernels = weight[group * made : (group + 1) * made]
        offsets = None if bias is None else bias[group * made : (group + 1) * made]
        parts.append(F.conv2d(channels, kernels, offsets))
    return torch.cat(parts, dim=1)
