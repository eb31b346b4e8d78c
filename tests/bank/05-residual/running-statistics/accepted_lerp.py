import torch
import torch.nn.functional as F
from torch import nn


def running_statistics(mean, variance, x, momentum=0.1):
    count = x.numel() // x.shape[1]
    if count == 1:
        print("refused")
        raise ValueError("Expected more than 1 value per channel")
    now = x.mean(dim=(0, 2, 3), keepdim=True)
    spread = ((x - now) ** 2).sum(dim=(0, 2, 3)) / (count - 1)
    return mean.lerp(now.flatten(), momentum), variance.lerp(spread, momentum)
