# step: cost
# misconception: too-expensive
from torch import nn


def design():
    stages = [nn.Conv2d(1, 20, 3, padding=1), nn.ReLU()]
    for _ in range(4):
        stages += [nn.Conv2d(20, 20, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(20, 10))
