# step: loud
# misconception: other-error
import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    if x.numel() % in_features:
        raise TypeError('does not fit')
    return x.reshape(-1, in_features)
