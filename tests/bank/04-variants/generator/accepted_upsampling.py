import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.start = nn.Linear(latent, 16 * 7 * 7)
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, channels, 3, padding=1)

    def forward(self, z):
        y = F.leaky_relu(self.start(z), 0.2).unflatten(1, (16, 7, 7))
        y = F.leaky_relu(self.conv1(F.interpolate(y, scale_factor=2)), 0.2)
        return torch.tanh(self.conv2(F.interpolate(y, scale_factor=2)))
