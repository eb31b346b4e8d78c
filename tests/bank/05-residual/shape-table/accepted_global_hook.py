import torch
import torch.nn.functional as F
from torch import nn


from torch.nn.modules.module import register_module_forward_hook


def shape_table(model, input_shape):
    """One hook for all modules, and a mode that is restored from inside out."""
    table = []
    name_of = dict((module, name) for name, module in model.named_modules())

    def note(layer, inputs, output):
        if layer in name_of and not any(True for _ in layer.children()):
            table.append((name_of[layer], tuple(inputs[0].size()), tuple(output.size()), int(sum(p.numel() for p in layer.parameters()))))

    modes = [module.training for module in name_of]
    handle = register_module_forward_hook(note)
    try:
        with torch.inference_mode():
            model.eval()(torch.rand(input_shape))
    finally:
        handle.remove()
        for module, mode in zip(name_of, modes):
            module.training = mode
    return table
