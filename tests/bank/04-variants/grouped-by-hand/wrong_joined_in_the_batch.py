# step: two-groups
# misconception: joined-on-another-axis
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    biases = [None] * groups if bias is None else bias.chunk(groups)
    triples = zip(x.chunk(groups, dim=1), weight.chunk(groups), biases)
    return torch.cat([F.conv2d(*each) for each in triples])
