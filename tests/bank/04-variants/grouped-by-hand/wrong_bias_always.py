# step: no-bias
# misconception: bias-none
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    triples = zip(x.chunk(groups, dim=1), weight.chunk(groups), bias.chunk(groups))
    return torch.cat([F.conv2d(*each) for each in triples], dim=1)
