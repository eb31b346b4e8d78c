import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    total = torch.stack([branch(x + 0), x]).sum(dim=0)
    return total.clamp(min=0)
