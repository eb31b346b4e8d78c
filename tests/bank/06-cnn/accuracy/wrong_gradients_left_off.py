# step: no-gradients
# misconception: gradients-left-off
import torch
import torch.nn.functional as F
from torch import nn


def accuracy(model, loader):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    torch.set_grad_enabled(False)
    if True:
        for x, y in loader:
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, training in modes:
        module.training = training
    return right / count
