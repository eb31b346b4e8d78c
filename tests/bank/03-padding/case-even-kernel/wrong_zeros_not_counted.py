# step: size
# misconception: border-not-zero
import torch
import torch.nn.functional as F


def box_blur(x, kernel):
    before, after = (kernel - 1) // 2, kernel // 2
    padded = F.pad(x, (before, after, before, after))
    inside = F.pad(torch.ones_like(x), (before, after, before, after))
    return F.avg_pool2d(padded, kernel, stride=1) / F.avg_pool2d(inside, kernel, stride=1)
