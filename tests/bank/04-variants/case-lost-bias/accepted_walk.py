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
