# step: one-channel
# misconception: border-not-zero
import torch
import torch.nn.functional as F


def smooth(signal, width):
    padded = F.pad(signal, ((width - 1) // 2, width // 2))
    counts = F.pad(torch.ones_like(signal), ((width - 1) // 2, width // 2))
    return F.avg_pool1d(padded, width, stride=1) / F.avg_pool1d(counts, width, stride=1)
