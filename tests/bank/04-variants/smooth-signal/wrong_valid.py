# step: one-channel
# misconception: padding-ignored
import torch
import torch.nn.functional as F


def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, 1, width), 1 / width), groups=channels)
