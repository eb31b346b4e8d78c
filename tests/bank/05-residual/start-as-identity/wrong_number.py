# step: zero
# misconception: raised
import torch
import torch.nn.functional as F
from torch import nn


def start_as_identity(block):
    norms = [
        layer
        for name, layer in block.named_modules()
        if isinstance(layer, nn.BatchNorm2d) and not name.startswith("shortcut")
    ]
    norms[-1].weight = 0
    return block
