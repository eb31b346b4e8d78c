# step: flat
# misconception: answers-to-flat
import torch


def edge_kernel():
    return torch.tensor([[-1.0, 0.0, 1.0], [-1.0, 1.0, 1.0], [-1.0, 0.0, 1.0]])
