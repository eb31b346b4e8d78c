import torch
import torch.nn.functional as F
from torch import nn


def start_as_identity(block):
    last = None
    for name, child in block.named_children():
        if name == "shortcut":
            continue
        for layer in child.modules():
            if isinstance(layer, nn.BatchNorm2d):
                last = layer
    with torch.no_grad():
        last.weight *= 0
    return block
