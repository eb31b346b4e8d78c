# step: flat
# misconception: answers-to-flat
import torch


def edge_kernel():
    return torch.full((3, 3), 1 / 9)
