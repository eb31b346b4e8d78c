# step: even
# misconception: transposed-weight-out-first
import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.weight = nn.Parameter(0.1 * torch.randn(out_channels, in_channels, 2, 2))
        self.conv = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        up = F.conv_transpose2d(x, self.weight, stride=2)
        up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
        return self.conv(torch.cat([up, skip], dim=1)).relu()
