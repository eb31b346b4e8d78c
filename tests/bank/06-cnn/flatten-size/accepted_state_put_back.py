import copy

import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    state = copy.deepcopy(features.state_dict())
    with torch.no_grad():
        rows = features(torch.rand(2, *input_shape)).flatten(1)
    features.load_state_dict(state)
    count = 1
    for size in rows.shape[1:]:
        count = count * size
    return count
