# step: one-layer
# misconception: float-for-int
def count_parameters(model):
    return sum(p.numel() for p in model.parameters()) / 1
