# step: numbers
# misconception: raised
import torch
import torch.nn.functional as F
from torch import nn


def gradient_norms(model, x):
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    with torch.no_grad():
        total = model(x).sum()
    gradients = torch.autograd.grad(total, weights, allow_unused=True)
    return [0.0 if each is None else float(each.norm()) for each in gradients]
