import torch


def edge_kernel(strength=0.001):
    return strength * torch.outer(torch.tensor([1.0, 2.0, 1.0]), torch.tensor([1.0, -2.0, 1.0]))
