import torch
from torch import nn


def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    layer = nn.ConvTranspose1d(1, 1, kernel, stride, padding, output_padding, dilation=dilation)
    return layer(torch.zeros(1, 1, size)).shape[-1]
