# step: cost
# misconception: too-large-maps
from torch import nn


def design():
    return nn.Sequential(
        nn.Upsample(scale_factor=500), nn.Conv2d(1, 64, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)
    )
