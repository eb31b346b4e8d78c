# step: pooling
# misconception: divided-by-stride
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = size // stride
        sizes.append(size)
    return sizes
