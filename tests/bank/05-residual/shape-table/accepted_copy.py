import torch
from torch import nn

import copy


def shape_table(model, input_shape):
    """A copy runs: whatever happens to it, the model stays as it is."""
    twin = copy.deepcopy(model).eval()
    names = {id(module): name for name, module in twin.named_modules()}
    rows = []

    def hook(layer, inputs, output):
        rows.append([names[id(layer)], inputs[0].shape, output.shape, sum(p.numel() for p in layer.parameters())])

    for module in twin.modules():
        if len(list(module.children())) == 0:
            module.register_forward_hook(hook)
    twin(torch.randn(*input_shape))
    print(len(rows), "rows")
    return rows
