# step: by-hand
# misconception: mutates-input
import torch
import torch.nn.functional as F


def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    if ph or pw:
        x = F.pad(x, (pw, pw, ph, ph))
    kh, kw = weight.shape[2:]
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    output = torch.zeros(len(x), len(weight), rows, columns)
    for i in range(rows):
        for j in range(columns):
            top, left = i * sh, j * sw
            window = x[:, :, top : top + kh, left : left + kw]
            for kernel in range(len(weight)):
                window *= weight[kernel]
                output[:, kernel, i, j] = window.sum(dim=(1, 2, 3))
    return output if bias is None else output + bias[:, None, None]
