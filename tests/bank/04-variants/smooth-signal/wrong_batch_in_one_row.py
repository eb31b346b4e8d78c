# step: batch
# misconception: values
import torch
import torch.nn.functional as F


def smooth(signal, width):
    n, c, length = signal.shape
    flat = signal.transpose(0, 1).reshape(1, c, n * length)
    smoothed = F.conv1d(flat, torch.full((c, 1, width), 1 / width), padding="same", groups=c)
    return smoothed.reshape(c, n, length).transpose(0, 1)
