# step: statistics
# misconception: no-grad-for-eval
import torch
import torch.nn.functional as F
from torch import nn


def shape_table(model, input_shape):
    """Runs in training mode, with a batch that is large enough, and changes the batch back in the rows."""
    rows = []
    names = {module: name for name, module in model.named_modules()}

    def hook(layer, inputs, output):
        shapes = [(input_shape[0], *each.shape[1:]) for each in (inputs[0], output)]
        rows.append((names[layer], *shapes, sum(p.numel() for p in layer.parameters())))

    handles = [module.register_forward_hook(hook) for module in names if not list(module.children())]
    try:
        with torch.no_grad():
            model(torch.zeros(2, *input_shape[1:]))
    finally:
        for handle in handles:
            handle.remove()
    return rows
