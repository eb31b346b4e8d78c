# %% accepted: flattened
def count_parameters(model):
    flat = [p.detach().flatten() for p in model.parameters()]
    return len(torch.cat(flat)) if flat else 0

# %% accepted: loop_over_shapes
def count_parameters(model):
    total = 0
    for parameter in model.parameters():
        numbers = 1
        for size in parameter.shape:
            numbers *= size
        total += numbers
    return total

# %% accepted: named
def count_parameters(model):
    return sum(p.numel() for _name, p in model.named_parameters())

# %% accepted: walk
def count_parameters(model):
    seen = set()

    def walk(module):
        total = 0
        for parameter in module.parameters(recurse=False):
            if id(parameter) not in seen:
                seen.add(id(parameter))
                total += parameter.numel()
        return total + sum(walk(child) for child in module.children())

    return walk(model)

# %% wrong: children_only
# step: nested, misconception: children-only
def count_parameters(model):
    return sum(p.numel() for layer in model.children() for p in layer.parameters())

# %% wrong: convolutions_only
# step: other-layers, misconception: convolutions-only
def count_parameters(model):
    return sum(p.numel() for layer in model.modules() if isinstance(layer, nn.Conv2d) for p in layer.parameters())

# %% wrong: first_axis
# step: one-layer, misconception: values
def count_parameters(model):
    return sum(len(p) for p in model.parameters())

# %% wrong: last_bias
# step: separable, misconception: last-bias-only
def count_parameters(model):
    total = 0
    for layer in model.modules():
        if hasattr(layer, "weight"):
            total += layer.weight.numel()
            last = layer
    return total + (0 if last.bias is None else last.bias.numel())

# %% wrong: not_nested
# step: nested, misconception: not-nested
def count_parameters(model):
    total = 0
    for layer in model:
        weight, bias = getattr(layer, "weight", None), getattr(layer, "bias", None)
        total += (0 if weight is None else weight.numel()) + (0 if bias is None else bias.numel())
    return total

# %% wrong: number_of_tensors
# step: one-layer, misconception: tensors-counted
def count_parameters(model):
    return len(list(model.parameters()))

# %% wrong: shared_twice
# step: shared, misconception: counted-twice
def count_parameters(model):
    def walk(module):
        own = sum(p.numel() for p in module.parameters(recurse=False))
        return own + sum(walk(child) for child in module._modules.values())

    return walk(model)

# %% wrong: state_dict
# step: other-layers, misconception: statistics-counted
def count_parameters(model):
    return sum(value.numel() for value in model.state_dict().values())

# %% wrong: still_the_bug
# step: one-layer, misconception: raised
def count_parameters(model):
    total = 0
    for layer in model:
        total += layer.weight.numel()
    return total + layer.bias.numel()

# %% wrong: tensor
# step: one-layer, misconception: float-for-int
def count_parameters(model):
    return sum(p.numel() for p in model.parameters()) / 1

# %% wrong: weights_only
# step: one-layer, misconception: biases-left-out
def count_parameters(model):
    return sum(p.numel() for name, p in model.named_parameters() if name.endswith("weight"))

# %% wrong: counted_at_each_level
# step: one-layer, misconception: counted-at-each-level
def count_parameters(model):
    total = 0
    for m in model.modules():
        total += sum(p.numel() for p in m.parameters())
    return total
