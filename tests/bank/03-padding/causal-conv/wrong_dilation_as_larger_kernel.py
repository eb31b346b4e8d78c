# step: length
# misconception: dilation-adds-parameters
import torch
import torch.nn.functional as F
from torch import nn


class CausalConv1d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, dilation=1):
        super().__init__()
        self.past = dilation * (kernel_size - 1)
        self.conv = nn.Conv1d(in_channels, out_channels, self.past + 1)

    def forward(self, x):
        return self.conv(F.pad(x, (self.past, 0)))
