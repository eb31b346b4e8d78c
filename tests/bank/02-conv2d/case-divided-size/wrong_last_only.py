# step: pooling
# misconception: type
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = (size + 2 * padding - kernel) // stride + 1
        sizes.append(size)
    return sizes[-1]
