# step: by-hand
# misconception: uses-torch-conv
import torch
from torch import nn


def cross_correlate(image, kernel):
    layer = nn.Conv2d(1, 1, tuple(kernel.shape), bias=False)
    with torch.no_grad():
        layer.weight.copy_(kernel)
        return layer(image[None])[0]
