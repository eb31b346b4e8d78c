import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.start = nn.Linear(latent, 48 * 7 * 7)
        self.layers = nn.Sequential(
            nn.BatchNorm2d(48), nn.ReLU(),
            nn.ConvTranspose2d(48, 24, 4, 2, 1, bias=False), nn.BatchNorm2d(24), nn.ReLU(True),
            nn.ConvTranspose2d(24, channels, 4, 2, 1), nn.Tanh(),
        )

    def forward(self, z):
        return self.layers(self.start(z).reshape(-1, 48, 7, 7))
