# step: logits
# misconception: nan
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 8, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 13 * 13, 10))

    def forward(self, x):
        x = self.layers(x)
        return (x / x.sum(1, keepdim=True)).log()


def design():
    return Net()
