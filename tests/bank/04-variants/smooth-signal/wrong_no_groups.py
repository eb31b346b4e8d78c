# step: channels
# misconception: channels-not-grouped
import torch
import torch.nn.functional as F


def smooth(signal, width):
    return F.conv1d(signal, torch.full((signal.shape[1], 1, width), 1 / width), padding="same")
