# step: fresh
# misconception: shared-model
from torch import nn


def design(stage=nn.Sequential(nn.Conv2d(1, 16, 3, stride=2), nn.BatchNorm2d(16), nn.ReLU())):
    return nn.Sequential(stage, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(256, 10))
