# step: size
# misconception: shape
import torch
import torch.nn.functional as F


def box_blur(x, kernel):
    return F.avg_pool2d(F.pad(x, (kernel // 2 - 1, kernel // 2, kernel // 2 - 1, kernel // 2)), kernel, stride=1)
