# step: even
# misconception: raised
import torch
import torch.nn.functional as F


def box_blur(x, kernel):
    if kernel % 2 == 0:
        raise ValueError("odd kernels only")
    return F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2)
