# step: accuracy
# misconception: no-nonlinearity
from torch import nn


def design():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
