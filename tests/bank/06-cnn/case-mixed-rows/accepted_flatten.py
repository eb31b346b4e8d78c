import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    rows = x.flatten(1)
    if rows.shape[1] != in_features:
        raise ValueError(f"each image makes {rows.shape[1]} numbers, but the layer takes {in_features}")
    return rows
