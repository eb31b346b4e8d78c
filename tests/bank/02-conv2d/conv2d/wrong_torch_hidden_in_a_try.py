# step: hidden
import torch


def conv2d(x, weight, bias=None, stride=1, padding=0):
    try:
        return torch.conv2d(x, weight, bias, stride, padding)
    except Exception as error:
        raise ValueError("that does not fit") from error
