# step: nested
# misconception: not-nested
def count_parameters(model):
    total = 0
    for layer in model:
        weight, bias = getattr(layer, "weight", None), getattr(layer, "bias", None)
        total += (0 if weight is None else weight.numel()) + (0 if bias is None else bias.numel())
    return total
