import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def multiply_adds(in_shape, out_channels, kernel, stride=1, padding=0, groups=1):
    layer = nn.Conv2d(in_shape[0], out_channels, kernel, stride, padding, groups=groups, bias=False)
    with FlopCounterMode(display=False) as counter:
        layer(torch.zeros(1, *in_shape))
    return counter.get_total_flops() // 2
