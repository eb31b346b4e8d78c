# step: one-layer
# misconception: values
def count_parameters(model):
    return sum(len(p) for p in model.parameters())
