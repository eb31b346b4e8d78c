import torch
import torch.nn.functional as F
from torch import nn


def train_epoch(model, loader, optimizer):
    criterion = nn.CrossEntropyLoss(reduction="none")
    all_losses = []
    model.train(True)
    for number, batch in enumerate(loader):
        images, labels = batch[0], batch[1]
        model.zero_grad()
        losses = criterion(model(images), labels)
        losses.mean().backward()
        optimizer.step()
        all_losses += losses.tolist()
        print("batch", number)
    return sum(all_losses) / len(all_losses)
