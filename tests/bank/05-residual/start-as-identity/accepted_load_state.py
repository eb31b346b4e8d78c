import torch
import torch.nn.functional as F
from torch import nn


def start_as_identity(block):
    state = block.state_dict()
    gammas = [key[: -len("running_mean")] + "weight" for key in state if "running_mean" in key and "shortcut." not in key]
    state[gammas[-1]] = torch.zeros_like(state[gammas[-1]])
    block.load_state_dict(state)
    return block
