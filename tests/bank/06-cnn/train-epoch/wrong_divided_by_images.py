# step: loss
# misconception: divided-by-images
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
        optimizer.step()
        total += loss.item()
        count += len(y)
    return total / count
