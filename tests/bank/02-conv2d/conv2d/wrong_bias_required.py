# step: by-hand
# misconception: raised
import torch
import torch.nn.functional as F


def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    output = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return output + bias[:, None, None]
