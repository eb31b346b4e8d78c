import torch
import torch.nn.functional as F


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError(f"the kernels want {weight.shape[1]} channels, the input has {x.shape[1]}")
    if bias is None:
        bias = torch.zeros(len(weight))
    kernel = tuple(weight.shape[2:])
    columns = F.unfold(x, kernel, stride=pair(stride), padding=pair(padding))
    output = weight.flatten(1) @ columns + bias[:, None]
    rows = (x.shape[2] + 2 * pair(padding)[0] - kernel[0]) // pair(stride)[0] + 1
    return output.view(len(x), len(weight), rows, -1)
