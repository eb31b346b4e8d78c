# step: loud
# misconception: other-error
import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    rows = x.flatten(1)
    assert rows.shape[1] == in_features, rows.shape
    return rows
