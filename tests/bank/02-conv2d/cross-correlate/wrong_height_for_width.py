# step: square
# misconception: height-for-width
import torch


def cross_correlate(image, kernel):
    height, width = kernel.shape
    output = torch.zeros(image.shape[0] - height + 1, image.shape[0] - height + 1)
    for row in range(output.shape[0]):
        for column in range(output.shape[1]):
            output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
    return output
