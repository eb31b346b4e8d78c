# step: other-stacks
# misconception: values
import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    channels, height, width = input_shape
    for layer in features.modules():
        if isinstance(layer, nn.Conv2d):
            channels = layer.out_channels
        if isinstance(layer, nn.MaxPool2d):
            height, width = height // 2, width // 2
    return channels * height * width
