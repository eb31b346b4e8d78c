# step: pooling
# misconception: values
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = size // kernel if kernel == stride else size
        sizes.append(size)
    return sizes
