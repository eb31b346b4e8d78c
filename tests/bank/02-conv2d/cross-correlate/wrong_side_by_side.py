# step: square
# misconception: windows-side-by-side
import torch


def cross_correlate(image, kernel):
    height, width = kernel.shape
    output = torch.zeros(image.shape[0] // height, image.shape[1] // width)
    for row in range(output.shape[0]):
        for column in range(output.shape[1]):
            window = image[row * height : (row + 1) * height, column * width : (column + 1) * width]
            output[row, column] = (window * kernel).sum()
    return output
