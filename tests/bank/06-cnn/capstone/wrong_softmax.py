# step: accuracy
# misconception: softmax-in-model
from torch import nn


def design():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 24), nn.ReLU(), nn.Linear(24, 10), nn.Softmax(dim=1))
