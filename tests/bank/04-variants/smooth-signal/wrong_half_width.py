# step: even
# misconception: half-even-kernel
import torch
import torch.nn.functional as F


def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, 1, width), 1 / width), padding=width // 2, groups=channels)
