# step: square
# misconception: scattered
import torch


def cross_correlate(image, kernel):
    height, width = image.shape
    output = torch.zeros(height + kernel.shape[0] - 1, width + kernel.shape[1] - 1)
    for row in range(height):
        for column in range(width):
            output[row : row + kernel.shape[0], column : column + kernel.shape[1]] += image[row, column] * kernel
    return output
