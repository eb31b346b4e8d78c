import torch
from torch import nn


def output_size(size, kernel, stride=1, padding=0, dilation=1):
    try:
        layer = nn.Conv1d(1, 1, kernel, stride, padding, dilation)
        return layer(torch.zeros(1, 1, size)).shape[-1]
    except RuntimeError as error:
        raise ValueError("the kernel does not fit") from error
