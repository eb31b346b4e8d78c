# step: horizontal
# misconception: answers-to-both-edges
import torch


def edge_kernel():
    return torch.tensor([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]])
