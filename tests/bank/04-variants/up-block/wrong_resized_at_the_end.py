# step: both
# misconception: partly-ignored
import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        small = skip[:, :, ::2, ::2][:, :, : x.shape[2], : x.shape[3]]
        y = self.conv2(self.conv1(torch.cat([x, small], dim=1)).relu()).relu()
        return F.interpolate(y, size=skip.shape[2:])
