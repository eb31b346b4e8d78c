# step: zero
# misconception: other-tensor
import torch
import torch.nn.functional as F
from torch import nn


def start_as_identity(block):
    norms = [
        layer
        for name, layer in block.named_modules()
        if isinstance(layer, nn.Conv2d) and not name.startswith("shortcut")
    ]
    nn.init.zeros_(norms[-1].weight)
    return block
