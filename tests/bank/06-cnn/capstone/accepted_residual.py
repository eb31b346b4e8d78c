import torch.nn.functional as F
from torch import nn


def design():
    class Block(nn.Module):
        def __init__(self, before, after):
            super().__init__()
            self.main = nn.Sequential(
                nn.Conv2d(before, after, 3, padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
                nn.Conv2d(after, after, 3, padding=1, bias=False),
                nn.BatchNorm2d(after),
            )
            self.shortcut = nn.Conv2d(before, after, 1)

        def forward(self, x):
            return F.relu(self.main(x) + self.shortcut(x))

    return nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2, padding=2, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        Block(8, 12),
        nn.MaxPool2d(2),
        Block(12, 24),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(24, 10),
    )
