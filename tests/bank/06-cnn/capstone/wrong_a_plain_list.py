# step: model
# misconception: list-of-layers
from torch import nn


def design():
    return [nn.Conv2d(1, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(128, 10)]
