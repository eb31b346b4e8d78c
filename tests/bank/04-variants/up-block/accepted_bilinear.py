import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(in_channels + skip_channels, out_channels, 3, padding="same"), nn.LeakyReLU(0.1),
            nn.Conv2d(out_channels, out_channels, 3, padding="same"), nn.LeakyReLU(0.1),
        )

    def forward(self, x, skip):
        up = F.interpolate(x, size=skip.shape[-2:], mode="bilinear", align_corners=False)
        return self.conv(torch.cat([up, skip], dim=1))
