# step: even
# misconception: extra-cell-before
import torch
import torch.nn.functional as F


def box_blur(x, kernel):
    blurred = F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2)
    return blurred[..., : x.shape[2], : x.shape[3]]
