# step: statistics
# misconception: no-grad-for-eval
import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    state = features.state_dict()
    with torch.no_grad():
        out = features(torch.zeros(2, *input_shape))
    features.load_state_dict(state)
    return out[0].numel()
