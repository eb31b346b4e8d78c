# step: two-groups
# misconception: raised
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    return F.conv2d(x, weight, bias)
