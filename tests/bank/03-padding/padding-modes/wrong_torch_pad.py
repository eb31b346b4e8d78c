# step: reflect
# misconception: torch-pad
# credit: 0.25
import torch.nn.functional as F


def pad_by_hand(x, pad, mode):
    return F.pad(x, (pad, pad, pad, pad), mode="constant" if mode == "zeros" else mode)
