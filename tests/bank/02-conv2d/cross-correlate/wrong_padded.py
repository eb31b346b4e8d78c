# step: square
# misconception: padded-without-asking
import torch
import torch.nn.functional as F


def cross_correlate(image, kernel):
    image = F.pad(image, (kernel.shape[1] // 2, (kernel.shape[1] - 1) // 2, kernel.shape[0] // 2, (kernel.shape[0] - 1) // 2))
    height, width = kernel.shape
    output = torch.zeros(image.shape[0] - height + 1, image.shape[1] - width + 1)
    for row in range(output.shape[0]):
        for column in range(output.shape[1]):
            output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
    return output
