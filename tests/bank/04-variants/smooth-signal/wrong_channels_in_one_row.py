# step: channels
# misconception: channels-mixed
import torch
import torch.nn.functional as F


def smooth(signal, width):
    n, c, length = signal.shape
    flat = signal.reshape(n, 1, c * length)
    return F.conv1d(flat, torch.full((1, 1, width), 1 / width), padding="same").reshape(n, c, length)
