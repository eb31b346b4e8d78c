# step: one-channel
# misconception: channels-mixed
import torch
import torch.nn.functional as F


def smooth(signal, width):
    n, channels, length = signal.shape
    x = signal.transpose(1, 2)
    y = F.conv1d(x, torch.full((length, 1, width), 1 / width), padding="same", groups=length)
    return y.transpose(1, 2)
