# step: accuracy
# misconception: nan-loss
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 10)
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, x):
        return self.first(x.flatten(1)) * (1000 * (self.scale - 1)).exp() * (self.scale - 1).abs().sqrt().add(1)


def design():
    return Net()
