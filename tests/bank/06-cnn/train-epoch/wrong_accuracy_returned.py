# step: loss
# misconception: accuracy-for-loss
import torch
import torch.nn.functional as F
from torch import nn


def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        total += (model(x).argmax(1) == y).sum().item()
        optimizer.step()
        count += len(y)
    return total / count
