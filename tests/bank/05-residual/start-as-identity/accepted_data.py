import torch
import torch.nn.functional as F
from torch import nn


def start_as_identity(block):
    """By the names in the state_dict: a layer with a running mean is a BatchNorm."""
    names = [key.removesuffix(".running_mean") for key in block.state_dict() if key.endswith("running_mean")]
    names = [name for name in names if name.split(".")[0] != "shortcut"]
    print("zeroing", names[-1])
    block.get_submodule(names[-1]).weight.data.fill_(0)
    return block
