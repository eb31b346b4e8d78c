# step: loss
# misconception: values
import torch
import torch.nn.functional as F
from torch import nn


def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.mse_loss(model(x).softmax(1), F.one_hot(y, 3).float())
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count
