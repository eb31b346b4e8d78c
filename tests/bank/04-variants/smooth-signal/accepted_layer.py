import torch
from torch import nn


def smooth(signal, width):
    channels = signal.shape[1]
    layer = nn.Conv1d(channels, channels, width, padding="same", groups=channels, bias=False)
    nn.init.constant_(layer.weight, 1 / width)
    print("a layer of", channels)
    return layer(signal)
