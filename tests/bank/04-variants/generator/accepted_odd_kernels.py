import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.InstanceNorm2d(16), nn.ReLU(),
            nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.layers(z[:, :, None, None])
