# step: by-hand
# misconception: uses-torch-conv
import torch.nn.functional as F


def cross_correlate(image, kernel):
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]
