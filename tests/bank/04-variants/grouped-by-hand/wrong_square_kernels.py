# step: kernels
# misconception: raised
import torch
from torch import nn


def grouped_conv(x, weight, bias, groups):
    parts = []
    for channels, kernels in zip(x.chunk(groups, dim=1), weight.chunk(groups)):
        layer = nn.Conv2d(kernels.shape[1], kernels.shape[0], kernels.shape[2], bias=False)
        layer.load_state_dict({"weight": kernels})
        parts.append(layer(channels).detach())
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]
