import numpy as np
import torch


def window_sum(image, kernel, r, c):
    return np.sum(image[r : r + len(kernel), c : c + len(kernel[0])] * kernel)


def cross_correlate(image, kernel):
    image, kernel = image.numpy().astype(np.float64), kernel.numpy().astype(np.float64)
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    print("an output of", image.shape[0] - kernel.shape[0] + 1, "rows")
    return torch.tensor(
        [
            [window_sum(image, kernel, r, c) for c in range(image.shape[1] - kernel.shape[1] + 1)]
            for r in range(image.shape[0] - kernel.shape[0] + 1)
        ]
    )
