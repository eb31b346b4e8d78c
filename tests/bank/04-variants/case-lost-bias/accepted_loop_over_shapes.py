def count_parameters(model):
    total = 0
    for parameter in model.parameters():
        numbers = 1
        for size in parameter.shape:
            numbers *= size
        total += numbers
    return total
