# step: circular
# misconception: minus-zero-slice
# credit: 0.75
import torch


def pad_by_hand(x, pad, mode):
    for axis in (-1, -2):
        size = x.shape[axis]
        if mode == "zeros":
            before = after = torch.zeros_like(x.narrow(axis, 0, pad))
        elif mode == "reflect":
            before = x.narrow(axis, 1, pad).flip(axis)
            after = x.narrow(axis, size - 1 - pad, pad).flip(axis)
        elif mode == "replicate":
            before = x.narrow(axis, 0, 1).repeat_interleave(pad, axis)
            after = x.narrow(axis, size - 1, 1).repeat_interleave(pad, axis)
        elif mode == "circular":
            moved = x.transpose(axis, -1)
            before, after = moved[..., -pad:].transpose(axis, -1), moved[..., :pad].transpose(axis, -1)
        x = torch.cat([before, x, after], dim=axis)
    return x
