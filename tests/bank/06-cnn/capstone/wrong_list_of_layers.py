# step: parameters
# misconception: no-parameters
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 26 * 26, 10)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def design():
    return Net()
