# step: reflect
# misconception: values
# credit: 0.75
import torch


def pad_by_hand(x, pad, mode):
    for axis in (-1, -2):
        size = x.shape[axis]
        if mode == "zeros":
            before = after = torch.zeros_like(x.narrow(axis, 0, pad))
        elif mode == "reflect":
            before = x.narrow(axis, 1, pad)
            after = x.narrow(axis, size - 1 - pad, pad).flip(axis)
        elif mode == "replicate":
            before = x.narrow(axis, 0, 1).repeat_interleave(pad, axis)
            after = x.narrow(axis, size - 1, 1).repeat_interleave(pad, axis)
        elif mode == "circular":
            before, after = x.narrow(axis, size - pad, pad), x.narrow(axis, 0, pad)
        x = torch.cat([before, x, after], dim=axis)
    return x
