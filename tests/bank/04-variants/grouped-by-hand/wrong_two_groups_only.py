# step: more-groups
# misconception: raised
import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    half, half_kernels = x.shape[1] // 2, weight.shape[0] // 2
    if groups == 1:
        return F.conv2d(x, weight, bias)
    y = torch.cat([F.conv2d(x[:, :half], weight[:half_kernels]), F.conv2d(x[:, half:], weight[half_kernels:])], dim=1)
    return y if bias is None else y + bias[:, None, None]
