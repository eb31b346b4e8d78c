# step: cost
# misconception: raised
from torch import nn


def design():
    stages = []
    for before, after in ((1, 8), (8, 16), (16, 16)):
        stages += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*stages, nn.Flatten(), nn.Linear(16 * 7 * 7, 10))
