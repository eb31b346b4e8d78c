import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.reduce = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.drop = nn.Dropout2d(0.2)

    def forward(self, x, skip):
        up = self.reduce(F.interpolate(x, scale_factor=2, mode="nearest"))
        down, right = skip.size(2) - up.size(2), skip.size(3) - up.size(3)
        up = F.pad(up, [right // 2, right - right // 2, down // 2, down - down // 2], mode="replicate")
        y = F.gelu(self.conv1(torch.cat([skip, up], dim=1)))
        return self.drop(F.gelu(self.conv2(y)))
