import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    n, c, h, w = x.shape
    if c * h * w == in_features:
        return x.reshape(n, -1)
    raise ValueError("%d * %d * %d is not %d" % (c, h, w, in_features))
