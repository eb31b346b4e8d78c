# step: shape
# misconception: nan
import torch


def edge_kernel():
    return torch.tensor([[-1.0, 0.0, 1.0]] * 3) / 0
