import torch
import torch.nn.functional as F
from torch import nn


class DoesNotFit(ValueError):
    pass


def as_rows(x, in_features):
    rows = torch.stack([image.contiguous().view(-1) for image in x])
    if not rows.size(1) == in_features:
        raise DoesNotFit(f"{tuple(x.shape[1:])} does not make {in_features}")
    return rows
