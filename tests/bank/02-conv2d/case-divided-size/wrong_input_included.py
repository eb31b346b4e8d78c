# step: pooling
# misconception: input-size-included
def shape_walk(size, layers):
    sizes = [size]
    for kernel, stride, padding in layers:
        size = (size + 2 * padding - kernel) // stride + 1
        sizes.append(size)
    return sizes
