import torch
from torch import nn


class CausalConv1d(nn.Module):
    """A sum of delayed signals, each with its own matrix; zero at the start."""

    def __init__(self, in_channels, out_channels, kernel_size, dilation=1):
        super().__init__()
        self.taps = nn.Parameter(torch.zeros(out_channels, in_channels, kernel_size))
        self.offset = nn.Parameter(torch.zeros(out_channels))
        self.dilation = dilation

    def forward(self, x):
        length, kernel = x.shape[-1], self.taps.shape[-1]
        y = self.offset[:, None].expand(len(x), -1, length)
        for tap in range(kernel):
            delay = (kernel - 1 - tap) * self.dilation
            delayed = torch.zeros_like(x)
            if delay < length:
                delayed[..., delay:] = x[..., : length - delay]
            y = y + torch.einsum("oi,nil->nol", self.taps[..., tap], delayed)
        return y
