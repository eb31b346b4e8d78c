def one_layer(size, kernel, stride, padding):
    return int((size + 2 * padding - kernel) / stride) + 1


def shape_walk(size, layers):
    sizes = [size]
    for layer in layers:
        sizes.append(one_layer(sizes[-1], *layer))
    return sizes[1:]
