# step: rows
# misconception: one-name-for-all
import torch
import torch.nn.functional as F
from torch import nn


def shape_table(model, input_shape):
    rows = []

    was = {module: module.training for module in model.modules()}
    handles = []
    for name, module in model.named_modules():
        if not list(module.children()):
            handles.append(
                module.register_forward_hook(
                    lambda layer, inputs, output: rows.append(
                        (name, tuple(inputs[0].shape), tuple(output.shape), sum(p.numel() for p in layer.parameters()))
                    )
                )
            )
    try:
        model.eval()
        with torch.no_grad():
            model(torch.zeros(input_shape))
    finally:
        for handle in handles:
            handle.remove()
        for module, training in was.items():
            module.training = training
    return rows
