# step: stride
# misconception: outputs-skipped
# credit: 0.571428571429
import torch
import torch.nn.functional as F


def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph))
    kh, kw = weight.shape[2:]
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    output = torch.zeros(len(x), len(weight), rows, columns)
    for i in range(0, rows, sh):
        for j in range(0, columns, sw):
            top, left = i, j
            window = x[:, :, top : top + kh, left : left + kw]
            output[:, :, i, j] = torch.einsum("ncij,ocij->no", window, weight)
    return output if bias is None else output + bias[:, None, None]
