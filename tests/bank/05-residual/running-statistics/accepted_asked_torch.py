import torch
import torch.nn.functional as F
from torch import nn


def running_statistics(mean, variance, x, momentum=0.1):
    """The layer itself, filled with the old statistics."""
    norm = nn.BatchNorm2d(x.shape[1], momentum=momentum)
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm(x)
    return norm.running_mean, norm.running_var
