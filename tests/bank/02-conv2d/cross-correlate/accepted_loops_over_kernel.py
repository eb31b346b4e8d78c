import torch


def cross_correlate(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    output = torch.zeros(rows, columns, dtype=image.dtype)
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            output += kernel[i, j] * image[i : i + rows, j : j + columns]
    return output
