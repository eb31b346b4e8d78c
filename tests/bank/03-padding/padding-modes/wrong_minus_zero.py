# step: zeros
# misconception: minus-zero-slice
# credit: 0.5
import torch


def pad_by_hand(x, pad, mode):
    if mode == "zeros":
        y = x.new_zeros(*x.shape[:-2], x.shape[-2] + 2 * pad, x.shape[-1] + 2 * pad)
        y[..., pad:-pad, pad:-pad] = x
        return y
    for axis in (-1, -2):
        x = x.transpose(axis, -1)
        if mode == "circular":
            x = torch.cat([x[..., -pad:], x, x[..., :pad]], dim=-1)
        elif mode == "replicate":
            x = torch.cat([x[..., :1]] * pad + [x] + [x[..., -1:]] * pad, dim=-1)
        else:
            x = torch.cat([x[..., 1 : pad + 1].flip(-1), x, x[..., -pad - 1 : -1].flip(-1)], dim=-1)
        x = x.transpose(axis, -1)
    return x
