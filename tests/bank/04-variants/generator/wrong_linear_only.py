# step: network
# misconception: no-convolution
import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.channels = channels
        self.layers = nn.Sequential(nn.Linear(latent, 128), nn.ReLU(), nn.Linear(128, channels * 28 * 28), nn.Tanh())

    def forward(self, z):
        return self.layers(z).reshape(-1, self.channels, 28, 28)
