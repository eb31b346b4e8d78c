import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        sizes = [(latent, 40, 4, 1, 0, 0), (40, 20, 3, 2, 1, 0), (20, 10, 4, 2, 1, 0), (10, channels, 4, 2, 1, 0)]
        layers = []
        for i, o, k, stride, padding, output_padding in sizes:
            layers += [nn.ConvTranspose2d(i, o, k, stride, padding, output_padding), nn.BatchNorm2d(o), nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-2])

    def forward(self, z):
        return torch.tanh(self.layers(z.reshape(*z.shape, 1, 1)))
