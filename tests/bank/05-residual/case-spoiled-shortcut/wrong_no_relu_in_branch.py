# step: spoiling
# misconception: values
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    layers = [layer for layer in branch if not isinstance(layer, nn.ReLU)] if isinstance(branch, nn.Sequential) else [branch]
    return F.relu(nn.Sequential(*layers)(x) + x)
