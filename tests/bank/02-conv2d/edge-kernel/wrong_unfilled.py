# step: shape
# misconception: nan
import torch


def edge_kernel():
    return torch.full((3, 3), float("nan"))
