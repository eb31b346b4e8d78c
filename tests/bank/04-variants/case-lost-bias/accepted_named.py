def count_parameters(model):
    return sum(p.numel() for _name, p in model.named_parameters())
