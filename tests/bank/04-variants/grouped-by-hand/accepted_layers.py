import torch
from torch import nn


def grouped_conv(x, weight, bias, groups):
    x_parts, weights = torch.chunk(x, groups, 1), torch.chunk(weight, groups, 0)
    biases = [None] * groups if bias is None else torch.chunk(bias, groups)
    results = []
    for part, kernels, offsets in zip(x_parts, weights, biases):
        layer = nn.Conv2d(kernels.shape[1], kernels.shape[0], kernels.shape[2:], bias=offsets is not None)
        layer.weight.data = kernels
        if offsets is not None:
            layer.bias.data = offsets
        results.append(layer(part).detach())
    return torch.cat(results, 1)
