# step: future
# misconception: sees-the-future
import torch
import torch.nn.functional as F
from torch import nn


class CausalConv1d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, dilation=1):
        super().__init__()
        self.past = dilation * (kernel_size - 1)
        self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, padding="same", dilation=dilation)

    def forward(self, x):
        y = self.conv(x)
        return torch.roll(y, self.past // 2, dims=-1)
