# step: channels
# misconception: first-channel-for-all
import torch
import torch.nn.functional as F


def smooth(signal, width):
    kernel = torch.full((1, 1, width), 1 / width)
    return F.conv1d(signal[:, :1], kernel, padding="same").expand_as(signal)
