# step: pooling
# misconception: no-plus-one
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = (size + 2 * padding - kernel) // stride
        sizes.append(size)
    return sizes
