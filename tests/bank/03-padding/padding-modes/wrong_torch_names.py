# step: zeros
# misconception: mode-name
# credit: 0
import torch.nn.functional as F


def pad_by_hand(x, pad, mode):
    return F.pad(x, (pad, pad, pad, pad), mode=mode)
