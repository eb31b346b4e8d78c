# step: sum-first
# misconception: shortcut-twice
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    y = branch(x.clone())
    y += x
    return F.relu(y + x)
