def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = len(range(-padding, size + padding - kernel + 1, stride))
        sizes.append(size)
    return tuple(sizes)
