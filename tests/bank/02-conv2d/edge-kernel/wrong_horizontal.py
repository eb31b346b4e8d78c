# step: vertical
# misconception: edge-direction
import torch


def edge_kernel():
    return torch.tensor([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]])
