# step: accuracy
# misconception: no-nonlinearity
from torch import nn


def design():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2), nn.Conv2d(8, 16, 5, stride=2), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(64, 10)
    )
