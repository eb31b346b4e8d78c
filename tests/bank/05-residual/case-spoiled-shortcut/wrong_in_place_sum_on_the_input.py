# step: input
# misconception: mutates-input
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    y = branch(x.clone())
    x += y
    return F.relu(x)
