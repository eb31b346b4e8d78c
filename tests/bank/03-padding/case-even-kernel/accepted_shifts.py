import torch


def box_blur(x, kernel):
    height, width = x.shape[-2:]
    before = (kernel - 1) // 2
    padded = torch.zeros(*x.shape[:2], height + kernel, width + kernel)
    padded[..., before : before + height, before : before + width] = x
    total = torch.zeros_like(x)
    for row in range(kernel):
        for column in range(kernel):
            total += padded[..., row : row + height, column : column + width]
    return total / (kernel * kernel)
