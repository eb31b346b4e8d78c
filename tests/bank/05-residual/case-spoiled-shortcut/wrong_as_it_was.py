# step: sum-first
# misconception: relu-before-sum
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    shortcut = x
    y = F.relu(branch(x))
    return y + shortcut
