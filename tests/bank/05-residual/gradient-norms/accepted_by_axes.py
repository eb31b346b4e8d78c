import torch
from torch import nn

import warnings


def gradient_norms(model, x):
    """Weights with four axes, the norm by hand, a tensor of norms."""
    warnings.warn("slow")
    names = [name for name, parameter in model.named_parameters() if parameter.ndim == 4]
    for parameter in model.parameters():
        parameter.grad = None
    with torch.enable_grad():
        model(x.detach()).sum().backward()
    found = [model.get_parameter(name).grad for name in names]
    return torch.stack([torch.zeros(()) if g is None else (g**2).sum().sqrt() for g in found])
