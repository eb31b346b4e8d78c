# step: trainable
# misconception: no-parameters
import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.steps = [nn.ConvTranspose2d(latent, 32, 7), nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1)]

    def forward(self, z):
        y = z[:, :, None, None]
        for layer in self.steps[:-1]:
            y = layer(y).relu()
        return self.steps[-1](y).tanh()
