# step: zeros
# misconception: unfinished
# credit: 0.75
import torch


def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    if mode == "zeros":
        raise NotImplementedError
    rows, columns = torch.arange(-pad, height + pad), torch.arange(-pad, width + pad)
    if mode == "replicate":
        rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
    if mode == "circular":
        rows, columns = rows % height, columns % width
    if mode == "reflect":
        rows = height - 1 - (height - 1 - rows.abs()).abs()
        columns = width - 1 - (width - 1 - columns.abs()).abs()
    return x[..., rows[:, None], columns]
