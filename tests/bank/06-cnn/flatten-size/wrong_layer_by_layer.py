# step: branches
# misconception: raised
import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    x = torch.zeros(1, *input_shape)
    layers = features if isinstance(features, nn.Sequential) else features.children()
    with torch.no_grad():
        for layer in list(layers) or [features]:
            x = layer.eval()(x)
    return x.numel()
