# step: parameters
# misconception: parameter-missing
import torch
import torch.nn.functional as F
from torch import nn


class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        widths = (in_channels, 32, 64, 128)
        self.stages = [
            nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU()) for i, o in zip(widths, widths[1:])
        ]
        self.classifier = nn.Linear(128, num_classes)

    def forward(self, x):
        first, second, third = self.stages
        x = third(F.max_pool2d(second(F.max_pool2d(first(x), 2)), 2))
        return self.classifier(x.mean((2, 3)))
