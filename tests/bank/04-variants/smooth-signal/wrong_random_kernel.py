# step: one-channel
# misconception: values
from torch import nn


def smooth(signal, width):
    channels = signal.shape[1]
    return nn.Conv1d(channels, channels, width, padding="same", groups=channels)(signal)
