# step: one-layer
# misconception: raised
def count_parameters(model):
    total = 0
    for layer in model:
        total += layer.weight.numel()
    return total + layer.bias.numel()
