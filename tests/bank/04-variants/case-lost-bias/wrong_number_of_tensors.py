# step: one-layer
# misconception: tensors-counted
def count_parameters(model):
    return len(list(model.parameters()))
