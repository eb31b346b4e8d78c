# step: by-hand
# misconception: uses-torch-conv
import torch.nn.functional as F


def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    output = F.conv3d(x[:, :, None], weight[:, :, None], bias, (1, sh, sw), (0, ph, pw))
    return output[:, :, 0]
