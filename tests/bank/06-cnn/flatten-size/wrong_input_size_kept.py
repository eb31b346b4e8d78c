# step: count
# misconception: input-size-kept
import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    _, height, width = input_shape
    convolutions = [layer for layer in features.modules() if isinstance(layer, nn.Conv2d)]
    return convolutions[-1].out_channels * height * width
