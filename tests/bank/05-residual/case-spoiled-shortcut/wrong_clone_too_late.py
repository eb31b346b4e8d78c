# step: spoiling
# misconception: shortcut-spoiled
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    y = branch(x)
    return F.relu(y + x.clone())
