import torch


def conv2d(x, weight, bias=None, stride=1, padding=0):
    if type(stride) is int:
        stride = [stride] * 2
    if type(padding) is int:
        padding = [padding] * 2
    n, c, h, w = x.shape
    o, c, kh, kw = weight.shape
    padded = torch.zeros(n, c, h + 2 * padding[0], w + 2 * padding[1])
    padded[:, :, padding[0] : padding[0] + h, padding[1] : padding[1] + w] = x
    rows = range(0, padded.shape[2] - kh + 1, stride[0])
    columns = range(0, padded.shape[3] - kw + 1, stride[1])
    output = torch.zeros(n, o, len(rows), len(columns))
    for image in range(n):
        for kernel in range(o):
            for i, top in enumerate(rows):
                for j, left in enumerate(columns):
                    total = (padded[image, :, top : top + kh, left : left + kw] * weight[kernel]).sum()
                    output[image, kernel, i, j] = total if bias is None else total + bias[kernel]
    return output
