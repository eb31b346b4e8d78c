# step: fraction
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
            right += (model(x).argmin(dim=1) == y).sum().item()
            count += len(y)
    for module, training in modes:
        module.training = training
    return right / count
