import warnings

import torch


def patch_response(patch, kernel):
    warnings.warn("a warning is no mistake")
    print("neither is printing")
    return torch.dot(patch.reshape(-1), kernel.reshape(-1))
