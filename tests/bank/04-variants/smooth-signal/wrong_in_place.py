# step: one-channel
# misconception: mutates-input
import torch
import torch.nn.functional as F


def smooth(signal, width):
    signal -= 0.5
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, 1, width), 1 / width), padding="same", groups=channels) + 0.5
