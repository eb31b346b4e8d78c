import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 3, stride=2)
        self.conv = nn.Conv2d(out_channels + skip_channels, out_channels, 5, padding=2)

    def forward(self, x, skip):
        up = self.up(x)[:, :, : skip.shape[2], : skip.shape[3]]
        return torch.relu(self.conv(torch.cat([up, skip], dim=1)))
