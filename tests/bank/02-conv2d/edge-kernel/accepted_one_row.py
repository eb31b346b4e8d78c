import torch


def edge_kernel():
    return torch.tensor([[0.0, 0.0, 0.0], [0.0, -0.5, 0.5], [0.0, 0.0, 0.0]], dtype=torch.float64)
