# step: vertical
# misconception: no-answer
import torch


def edge_kernel():
    return torch.zeros(3, 3)
