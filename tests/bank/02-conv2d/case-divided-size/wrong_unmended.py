# step: pooling
# misconception: divided-size
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = size // kernel
        sizes.append(size)
    return sizes
