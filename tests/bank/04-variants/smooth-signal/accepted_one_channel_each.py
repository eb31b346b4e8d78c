import torch
import torch.nn.functional as F


def smooth(signal, width):
    n, c, length = signal.shape
    flat = signal.reshape(n * c, 1, length)
    return F.conv1d(flat, torch.ones(1, 1, width) / width, padding="same").reshape(n, c, length)
