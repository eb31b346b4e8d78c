# step: by-hand
# misconception: uses-torch-conv
import torch.nn.functional as F


def cross_correlate(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    return F.conv2d(image.float()[None, None], kernel.float()[None, None])[0, 0]
