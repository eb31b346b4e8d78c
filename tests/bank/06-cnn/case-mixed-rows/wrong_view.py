# step: loud
# misconception: other-error
import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    return x.view(-1, in_features)
