# step: trainable
# misconception: no-parameters
import torch
import torch.nn.functional as F
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.layers = [nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2), nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)]

    def forward(self, x, skip):
        up = self.layers[0](x)
        up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
        return self.layers[1](torch.cat([up, skip], dim=1)).relu()
