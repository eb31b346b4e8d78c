# step: one-channel
# misconception: all-zeros-before
import torch
import torch.nn.functional as F


def smooth(signal, width):
    channels = signal.shape[1]
    kernel = torch.full((channels, 1, width), 1 / width)
    return F.conv1d(F.pad(signal, (width - 1, 0)), kernel, groups=channels)
