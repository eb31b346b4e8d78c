# step: shape
# misconception: type
import torch


def edge_kernel():
    return [[-1.0, 0.0, 1.0]] * 3
