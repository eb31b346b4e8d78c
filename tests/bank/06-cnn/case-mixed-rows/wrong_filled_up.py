# step: loud
# misconception: no-error
import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    rows = x.flatten(1)
    return F.pad(rows, (0, in_features - rows.shape[1]))
