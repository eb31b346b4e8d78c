# step: pooling
# misconception: off-by-one-layer
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        sizes.append(size)
        size = (size + 2 * padding - kernel) // stride + 1
    return sizes
