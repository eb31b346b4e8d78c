# step: sum-first
# misconception: no-final-relu
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    return branch(x.clone()) + x
