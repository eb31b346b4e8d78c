# step: range
# misconception: no-tanh
import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent, 32, 7), nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.ReLU(),
            nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),

        )

    def forward(self, z):
        return self.layers(z[:, :, None, None])
