# step: channels
# misconception: channels-mixed
import torch
import torch.nn.functional as F


def smooth(signal, width):
    return F.conv1d(signal, torch.full((1, signal.shape[1], width), 1 / width), padding="same")
