# step: learns
# misconception: one-step-for-all
import torch
import torch.nn.functional as F
from torch import nn


def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    optimizer.zero_grad()
    for x, y in loader:
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        total += loss.item() * len(y)
        count += len(y)
    optimizer.step()
    return total / count
