# step: zeros
# misconception: dtype
# credit: 0
import torch


def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    y = torch.zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
    y[..., pad : pad + height, pad : pad + width] = x
    if mode == "zeros":
        return y
    for size, axis in ((height, -2), (width, -1)):
        for i in [*range(pad), *range(pad + size, size + 2 * pad)]:
            j = i - pad
            old = {"circular": j % size, "replicate": min(max(j, 0), size - 1), "reflect": size - 1 - abs(size - 1 - abs(j))}[mode]
            y.select(axis, i).copy_(y.select(axis, old + pad))
    return y
