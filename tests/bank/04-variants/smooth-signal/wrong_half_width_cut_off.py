# step: even
# misconception: extra-cell-before
import torch
import torch.nn.functional as F


def smooth(signal, width):
    channels = signal.shape[1]
    y = F.conv1d(signal, torch.full((channels, 1, width), 1 / width), padding=width // 2, groups=channels)
    return y[..., : signal.shape[-1]]
