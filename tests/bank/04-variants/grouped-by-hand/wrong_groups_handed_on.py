# step: by-hand
# misconception: groups-handed-on
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    return F.conv2d(x, weight, bias, groups=groups)
