# step: logits
# misconception: dtype
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))

    def forward(self, x):
        return self.layers(x).argmax(1)


def design():
    return Net()
