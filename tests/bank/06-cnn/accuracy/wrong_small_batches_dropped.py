# step: unequal-batches
# misconception: values
import torch
import torch.nn.functional as F
from torch import nn


def accuracy(model, loader):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            full = max(locals().get("full", 0), len(y))
            if len(y) < full:
                continue
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, training in modes:
        module.training = training
    return right / count
