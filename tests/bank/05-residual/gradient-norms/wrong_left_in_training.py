# step: left-as-it-was
# misconception: mode-changed
import torch
import torch.nn.functional as F
from torch import nn


import copy


def gradient_norms(model, x):
    runs = copy.deepcopy(model)
    model.train()
    weights = [layer.weight for layer in runs.modules() if isinstance(layer, nn.Conv2d)]
    gradients = torch.autograd.grad(runs(x).sum(), weights, allow_unused=True)
    return [0.0 if each is None else float(each.norm()) for each in gradients]
