# step: spoiling
# misconception: shortcut-spoiled
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    x = x.clone()
    return F.relu(branch(x) + x)
