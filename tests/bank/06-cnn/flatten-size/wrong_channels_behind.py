# step: count
# misconception: raised
import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    noted = [(module, module.training) for module in features.modules()]
    features.eval()
    with torch.no_grad():
        out = features(torch.zeros(1, *input_shape[1:], input_shape[0]))
    for module, training in noted:
        module.training = training
    return out.numel()
