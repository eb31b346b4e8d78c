# step: zeros
# misconception: raised
# credit: 0.25
import torch


def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    if mode == "zeros":
        pass
    rows, columns = torch.arange(-pad, height + pad), torch.arange(-pad, width + pad)
    if mode == "replicate":
        pass
    if mode == "circular":
        rows, columns = rows % height, columns % width
    if mode == "reflect":
        pass
    return x[..., rows[:, None], columns]
