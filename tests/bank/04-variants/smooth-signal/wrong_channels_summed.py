# step: channels
# misconception: channels-mixed
import torch
import torch.nn.functional as F


def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, channels, width), 1 / width), padding="same")
