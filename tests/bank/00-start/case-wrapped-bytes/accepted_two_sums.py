import torch


def left_minus_right(patch):
    left = patch[:, 0].sum(dtype=torch.float32)
    right = patch[:, -1].sum(dtype=torch.float32)
    return left - right
