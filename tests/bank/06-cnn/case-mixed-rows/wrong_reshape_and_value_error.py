# step: mixed
# misconception: rows-mixed
import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    try:
        return x.reshape(-1, in_features)
    except RuntimeError as error:
        raise ValueError(str(error)) from error
