# step: by-hand
# misconception: mutates-input
import torch


def cross_correlate(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    for row in range(rows):
        for column in range(columns):
            image[row, column] = (image[row : row + kernel.shape[0], column : column + kernel.shape[1]] * kernel).sum()
    return image[:rows, :columns]
