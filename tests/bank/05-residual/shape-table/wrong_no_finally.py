# step: no-trace-after-error
# misconception: not-cleaned-up
import torch
import torch.nn.functional as F
from torch import nn


def shape_table(model, input_shape):
    rows = []

    def watch(name):
        def hook(layer, inputs, output):
            count = sum(parameter.numel() for parameter in layer.parameters())
            rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))

        return hook

    was = {module: module.training for module in model.modules()}
    handles = [
        module.register_forward_hook(watch(name))
        for name, module in model.named_modules()
        if not list(module.children())
    ]
    model.eval()
    with torch.no_grad():
        model(torch.zeros(input_shape))
    for handle in handles:
        handle.remove()
    for module, training in was.items():
        module.training = training
    return rows
