import torch
import torch.nn.functional as F
from torch import nn


def running_statistics(mean, variance, x, momentum=0.1):
    n, c, h, w = x.shape
    if n * h * w < 2:
        raise ValueError("a variance needs two values or more for each channel")
    columns = x.transpose(0, 1).reshape(c, -1).numpy()
    old = [each.numpy() for each in (mean, variance)]
    new = [columns.mean(axis=1), columns.var(axis=1, ddof=1)]
    return [torch.from_numpy(a + momentum * (b - a)).float() for a, b in zip(old, new)]
