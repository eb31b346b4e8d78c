# step: nested
# misconception: children-only
def count_parameters(model):
    return sum(p.numel() for layer in model.children() for p in layer.parameters())
