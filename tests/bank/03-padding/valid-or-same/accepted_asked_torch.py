import torch
from torch import nn


def padded_size(size, kernel, stride, padding, dilation=1):
    layer = nn.Conv1d(1, 1, kernel, stride, padding, dilation)
    try:
        return layer(torch.zeros(1, 1, size)).shape[-1]
    except RuntimeError as error:
        raise ValueError("the kernel does not fit") from error
