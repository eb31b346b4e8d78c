# step: even
# misconception: extra-cell-dropped
import torch
import torch.nn.functional as F


def box_blur(x, kernel):
    return F.avg_pool2d(x, kernel, stride=1, padding=(kernel - 1) // 2)
