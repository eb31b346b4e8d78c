# step: even
# misconception: not-upsampled
import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        skip = F.avg_pool2d(skip, 2)
        y = torch.cat([x, skip], dim=1)
        return self.conv2(self.conv1(y).relu()).relu()
