# step: mixed
# misconception: rows-mixed
import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    if x.numel() % in_features:
        raise ValueError('does not fit')
    return x.reshape(-1, in_features)
