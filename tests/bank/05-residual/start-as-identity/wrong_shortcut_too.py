# step: shortcut
# misconception: every-norm
import torch
import torch.nn.functional as F
from torch import nn


def start_as_identity(block):
    norms = [
        layer
        for name, layer in block.named_modules()
        if isinstance(layer, nn.BatchNorm2d) and not name.startswith("shortcut")
    ]
    nn.init.zeros_(norms[-1].weight)
    for layer in getattr(block, "shortcut", nn.Identity()).modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.zeros_(layer.weight)
    return block
