# step: one-channel
# misconception: other-width
import torch
import torch.nn.functional as F


def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, 1, 3), 1 / 3), padding=1, groups=channels)
