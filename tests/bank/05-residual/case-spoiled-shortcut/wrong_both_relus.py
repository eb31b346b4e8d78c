# step: sum-first
# misconception: relu-before-sum
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    return F.relu(F.relu(branch(x.clone())) + x)
