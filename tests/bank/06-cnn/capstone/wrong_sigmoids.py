# step: accuracy
# misconception: constant-output
from torch import nn


def design():
    stages = [nn.AvgPool2d(2)]
    for before, after in ((1, 8), (8, 16), (16, 16), (16, 16), (16, 16)):
        stages += [nn.Conv2d(before, after, 3), nn.Sigmoid()]
    return nn.Sequential(*stages, nn.Flatten(), nn.Linear(16 * 4 * 4, 10))
