# step: other-layers
# misconception: convolutions-only
from torch import nn


def count_parameters(model):
    return sum(p.numel() for layer in model.modules() if isinstance(layer, nn.Conv2d) for p in layer.parameters())
