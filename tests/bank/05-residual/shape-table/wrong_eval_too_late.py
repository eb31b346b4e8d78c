# step: statistics
# misconception: no-grad-for-eval
import torch
import torch.nn.functional as F
from torch import nn


def shape_table(model, input_shape):
    """Tries it in training mode first."""
    rows, was = [], {module: module.training for module in model.modules()}
    names = {module: name for name, module in model.named_modules()}

    def hook(layer, inputs, output):
        rows.append((names[layer], tuple(inputs[0].shape), tuple(output.shape), sum(p.numel() for p in layer.parameters())))

    handles = [module.register_forward_hook(hook) for module in names if not list(module.children())]
    try:
        try:
            model(torch.zeros(input_shape))
        except ValueError:
            rows.clear()
            model.eval()
            model(torch.zeros(input_shape))
    finally:
        for handle in handles:
            handle.remove()
        for module, training in was.items():
            module.training = training
    return rows
