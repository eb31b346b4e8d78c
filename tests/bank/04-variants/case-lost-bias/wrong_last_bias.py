# step: separable
# misconception: last-bias-only
def count_parameters(model):
    total = 0
    for layer in model.modules():
        if hasattr(layer, "weight"):
            total += layer.weight.numel()
            last = layer
    return total + (0 if last.bias is None else last.bias.numel())
