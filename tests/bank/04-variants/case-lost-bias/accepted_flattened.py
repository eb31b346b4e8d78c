import torch


def count_parameters(model):
    flat = [p.detach().flatten() for p in model.parameters()]
    return len(torch.cat(flat)) if flat else 0
