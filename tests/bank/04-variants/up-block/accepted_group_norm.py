import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1)
        self.layers = nn.ModuleList()
        for channels in (out_channels + skip_channels, out_channels):
            self.layers.append(nn.Sequential(nn.Conv2d(channels, out_channels, 3, padding=1), nn.GroupNorm(1, out_channels), nn.ReLU()))

    def forward(self, x, skip):
        up = self.up(x)
        if up.shape[2:] != skip.shape[2:]:
            up = F.interpolate(up, size=skip.shape[2:])
        y = torch.cat([up, skip], dim=1)
        for layer in self.layers:
            y = layer(y)
        return y
