# step: one-channel
# misconception: sum-for-mean
import torch
import torch.nn.functional as F


def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.ones(channels, 1, width), padding="same", groups=channels)
