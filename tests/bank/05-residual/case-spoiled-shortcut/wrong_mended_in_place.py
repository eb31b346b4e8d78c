# step: gradients
# misconception: in-place-on-saved
import torch
import torch.nn.functional as F
from torch import nn


def add_shortcut(x, branch):
    """The copy is put right again after the branch has run."""
    y = x.clone()
    r = branch(y)
    with torch.no_grad():
        y.copy_(x)
    y += r
    return F.relu(y)
