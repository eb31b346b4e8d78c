# step: even
# misconception: values
import torch
import torch.nn.functional as F


def box_blur(x, kernel):
    kernel += 1 - kernel % 2
    return F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2)
