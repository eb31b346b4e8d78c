# step: samples
# misconception: not-the-same-twice
import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        self.channels = out_channels + skip_channels, out_channels

    def forward(self, x, skip):
        up = self.up(x)
        up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))

        y = torch.cat([up, skip], dim=1)
        return nn.Conv2d(*self.channels, 3, padding=1)(y).relu()
