# step: convolutions
# misconception: not-only-convolutions
import torch
import torch.nn.functional as F
from torch import nn


def gradient_norms(model, x):
    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]
    gradients = torch.autograd.grad(model(x).sum(), weights, allow_unused=True)
    return [0.0 if each is None else float(each.norm()) for each in gradients]
