# step: zeros
# misconception: raised
# credit: 0
import torch


def pad_by_hand(x, pad, mode):
    images, channels, height, width = x.shape
    if mode == "zeros":
        y = torch.zeros(images, channels, height + 2 * pad, width + 2 * pad, dtype=x.dtype)
        y[:, :, pad : pad + height, pad : pad + width] = x
        return y
    rows, columns = torch.arange(-pad, height + pad), torch.arange(-pad, width + pad)
    if mode == "replicate":
        rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
    elif mode == "circular":
        rows, columns = rows % height, columns % width
    else:
        rows = height - 1 - (height - 1 - rows.abs()).abs()
        columns = width - 1 - (width - 1 - columns.abs()).abs()
    return x[:, :, rows[:, None], columns]
