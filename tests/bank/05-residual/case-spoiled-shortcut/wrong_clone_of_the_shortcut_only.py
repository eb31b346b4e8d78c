# step: input
# misconception: mutates-input
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    shortcut = x.clone()
    return F.relu(branch(x) + shortcut)
