# step: names
# misconception: raised
import torch
import torch.nn.functional as F
from torch import nn


def shape_table(model, input_shape):
    rows, x = [], torch.zeros(input_shape)
    was = {module: module.training for module in model.modules()}
    model.eval()
    for name, module in model.named_modules():
        if not list(module.children()):
            y = module(x)
            rows.append((name, tuple(x.shape), tuple(y.shape), sum(p.numel() for p in module.parameters())))
            x = y
    for module, training in was.items():
        module.training = training
    return rows
