# step: old-gradients
# misconception: values
import torch
import torch.nn.functional as F
from torch import nn


def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    norms = [0.0 if weight.grad is None else float(weight.grad.norm()) for weight in weights]
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter -= 0.01 * parameter.grad
    return norms
