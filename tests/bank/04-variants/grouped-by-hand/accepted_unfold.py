import torch
import torch.nn.functional as F


def grouped_conv(x, weight, bias, groups):
    n, _, height, width = x.shape
    rows, columns = height - weight.shape[2] + 1, width - weight.shape[3] + 1
    windows = F.unfold(x, weight.shape[2:]).reshape(n, groups, -1, rows * columns)
    y = torch.einsum("ngkp,gok->ngop", windows, weight.reshape(groups, weight.shape[0] // groups, -1))
    y = y.reshape(n, -1, rows, columns)
    return y if bias is None else y + bias[None, :, None, None]
