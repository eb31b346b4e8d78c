# step: reflect
# misconception: reflect-repeats-border
# credit: 0.75
import torch


def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    if mode == "zeros":
        y = x.new_zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
        y[..., pad : pad + height, pad : pad + width] = x
        return y
    rows, columns = torch.arange(-pad, height + pad), torch.arange(-pad, width + pad)
    if mode == "replicate":
        rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
    if mode == "circular":
        rows, columns = rows % height, columns % width
    if mode == "reflect":
        rows = torch.where(rows < 0, -rows - 1, torch.where(rows >= height, 2 * height - 1 - rows, rows))
        columns = torch.where(columns < 0, -columns - 1, torch.where(columns >= width, 2 * width - 1 - columns, columns))
    return x[..., rows[:, None], columns]
