# step: rows
# misconception: not-flattened
import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    if x[0].numel() != in_features:
        raise ValueError('does not fit')
    return x
