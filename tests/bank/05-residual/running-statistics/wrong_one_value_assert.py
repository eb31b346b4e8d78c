# step: one-value
# misconception: other-error
import torch
import torch.nn.functional as F
from torch import nn


def running_statistics(mean, variance, x, momentum=0.1):
    assert x.numel() > x.shape[1], "one value"
    new_mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
    new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
    return new_mean, new_variance
