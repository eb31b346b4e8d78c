# step: one-value
# misconception: one-value-per-channel
import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    state = features.state_dict()
    training = features.training
    with torch.no_grad():
        out = features(torch.zeros(1, *input_shape))
    features.load_state_dict(state)
    return out.numel()
