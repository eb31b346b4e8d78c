# step: evaluation
# misconception: no-grad-for-eval
import torch
import torch.nn.functional as F
from torch import nn


def accuracy(model, loader):
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    return right / count
