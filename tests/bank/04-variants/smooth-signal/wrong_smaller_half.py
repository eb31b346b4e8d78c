# step: even
# misconception: extra-cell-dropped
import torch
import torch.nn.functional as F


def smooth(signal, width):
    channels = signal.shape[1]
    kernel = torch.full((channels, 1, width), 1 / width)
    return F.conv1d(signal, kernel, padding=(width - 1) // 2, groups=channels)
