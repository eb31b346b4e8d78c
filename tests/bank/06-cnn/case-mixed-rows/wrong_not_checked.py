# step: loud
# misconception: no-error
import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    return x.flatten(1)
