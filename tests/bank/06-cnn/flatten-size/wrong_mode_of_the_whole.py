# step: modes
# misconception: all-to-training
import torch
import torch.nn.functional as F
from torch import nn


def flatten_size(features, input_shape):
    training = features.training
    features.eval()
    with torch.no_grad():
        out = features(torch.zeros(1, *input_shape))
    features.train(training)
    return out.numel()
