# step: horizontal
# misconception: answers-to-both-edges
import torch


def edge_kernel():
    return torch.tensor([[-1.0, 0.0, 1.1], [-2.0, 0.0, 2.0], [-1.0, 0.0, 0.9]])
