# step: shared
# misconception: counted-twice
def count_parameters(model):
    def walk(module):
        own = sum(p.numel() for p in module.parameters(recurse=False))
        return own + sum(walk(child) for child in module._modules.values())

    return walk(model)
