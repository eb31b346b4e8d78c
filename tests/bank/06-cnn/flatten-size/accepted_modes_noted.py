import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    noted = [(module, module.training) for module in features.modules()]
    features.eval()
    try:
        with torch.inference_mode():
            out = features(torch.rand(3, *input_shape))
    finally:
        for module, training in noted:
            module.training = training
    print("maps:", tuple(out.shape))
    return int(out[0].numel())
