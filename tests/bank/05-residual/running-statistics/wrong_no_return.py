# step: mean
# misconception: missing-return
import torch
import torch.nn.functional as F
from torch import nn


def running_statistics(mean, variance, x, momentum=0.1):
    if x.numel() == x.shape[1]:
        raise ValueError(f"one value per channel has no variance: {tuple(x.shape)}")
    new_mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
    new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
    print(new_mean, new_variance)
