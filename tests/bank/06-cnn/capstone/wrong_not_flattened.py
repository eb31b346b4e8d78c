# step: logits
# misconception: shape
from torch import nn


def design():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 10, 3), nn.AdaptiveAvgPool2d(1)
    )
