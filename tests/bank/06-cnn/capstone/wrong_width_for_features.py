# step: logits
# misconception: width-for-features
from torch import nn


def design():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(4), nn.Conv2d(16, 7, 3, padding=1), nn.ReLU(),
        nn.Linear(7, 10),
    )
