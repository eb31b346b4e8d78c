# step: cost
# misconception: unregistered-parameters
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stages = [nn.Conv2d(1, 8, 3, 2, 1), nn.Conv2d(8, 16, 3, 2, 1)]
        self.last = nn.Linear(16 * 7 * 7, 10)

    def forward(self, x):
        for stage in self.stages:
            x = stage(x).relu()
        return self.last(x.flatten(1))


def design():
    return Net()
