# step: square
# misconception: windows-wrap-around
import torch


def cross_correlate(image, kernel):
    output = torch.zeros_like(image)
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            output += kernel[i, j] * image.roll((-i, -j), (0, 1))
    return output
