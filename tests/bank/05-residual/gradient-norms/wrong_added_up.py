# step: old-gradients
# misconception: gradients-added-up
import torch
import torch.nn.functional as F
from torch import nn


def gradient_norms(model, x):
    model(x).sum().backward()
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    return [0.0 if weight.grad is None else float(weight.grad.norm()) for weight in weights]
