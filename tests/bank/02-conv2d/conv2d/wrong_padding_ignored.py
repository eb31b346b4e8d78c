# step: padding
# misconception: padding-ignored
# credit: 0.571428571429
import torch
import torch.nn.functional as F


def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    output = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return output if bias is None else output + bias[:, None, None]
