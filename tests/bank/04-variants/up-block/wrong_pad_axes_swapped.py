# step: odd
# misconception: skip-does-not-fit
import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        up = self.up(x)
        up = F.pad(up, (0, skip.shape[2] - up.shape[2], 0, skip.shape[3] - up.shape[3]))
        y = torch.cat([up, skip], dim=1)
        return self.conv2(self.conv1(y).relu()).relu()
