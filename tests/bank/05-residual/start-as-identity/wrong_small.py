# step: zero
# misconception: not-zero
import torch
import torch.nn.functional as F
from torch import nn


def start_as_identity(block):
    norms = [
        layer
        for name, layer in block.named_modules()
        if isinstance(layer, nn.BatchNorm2d) and not name.startswith("shortcut")
    ]
    nn.init.constant_(norms[-1].weight, 1e-3)
    return block
