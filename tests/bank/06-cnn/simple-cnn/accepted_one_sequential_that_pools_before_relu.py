import torch
import torch.nn.functional as F
from torch import nn


class SimpleCNN(nn.Sequential):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__(
            nn.Conv2d(in_channels, 32, (3, 3), padding=(1, 1)),
            nn.BatchNorm2d(32),
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.BatchNorm2d(64),
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
            nn.Conv2d(64, 128, 3, padding=1),
            nn.BatchNorm2d(128),
            nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Flatten(),
            nn.Linear(128, num_classes),
        )
        print("built for", num_classes, "classes")
