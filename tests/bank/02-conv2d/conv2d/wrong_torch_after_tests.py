# step: by-hand
# misconception: uses-torch-conv
import torch


def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("the channels do not match")
    if weight.shape[2] > x.shape[2] or weight.shape[3] > x.shape[3]:
        raise ValueError("the kernel is larger than the input")
    return torch.conv2d(x, weight, bias, stride, padding)
