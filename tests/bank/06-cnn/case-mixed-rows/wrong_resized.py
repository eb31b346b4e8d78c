# step: loud
# misconception: no-error
import torch
import torch.nn.functional as F
from torch import nn


def as_rows(x, in_features):
    side = int((in_features // x.shape[1]) ** 0.5)
    return x.flatten(1) if x[0].numel() == in_features else F.adaptive_avg_pool2d(x, side).flatten(1)
