# step: by-hand
# misconception: groups-handed-on
import torch
from torch import nn


def grouped_conv(x, weight, bias, groups):
    layer = nn.Conv2d(weight.shape[1] * groups, weight.shape[0], weight.shape[2:], groups=groups)
    layer.weight.data = weight
    layer.bias.data = torch.zeros(weight.shape[0]) if bias is None else bias
    return layer(x).detach()
