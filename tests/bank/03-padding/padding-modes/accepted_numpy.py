import numpy as np
import torch


def pad_by_hand(x, pad, mode):
    names = dict(zeros="constant", reflect="reflect", replicate="edge", circular="wrap")
    widths = [(0, 0)] * (x.ndim - 2) + [(pad, pad), (pad, pad)]
    return torch.from_numpy(np.pad(x.numpy(), widths, mode=names[mode]))
