from collections import OrderedDict

from torch import nn


def separable(before, after):
    return nn.Sequential(
        nn.Conv2d(before, before, 3, padding=1, groups=before, bias=False),
        nn.BatchNorm2d(before),
        nn.ReLU(),
        nn.Conv2d(before, after, 1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )


def design():
    return nn.Sequential(
        OrderedDict(
            stem=nn.Sequential(nn.Conv2d(1, 16, 5, stride=2, padding=2, bias=False), nn.BatchNorm2d(16), nn.ReLU()),
            one=separable(16, 32),
            pool=nn.MaxPool2d(2),
            two=separable(32, 64),
            three=separable(64, 64),
            mean=nn.AdaptiveAvgPool2d(1),
            flat=nn.Flatten(),
            last=nn.Linear(64, 10),
        )
    )
