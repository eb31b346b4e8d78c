# step: statistics
# misconception: no-grad-for-eval
import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    with torch.no_grad():
        out = features(torch.zeros(2, *input_shape))
    return out[0].numel()
