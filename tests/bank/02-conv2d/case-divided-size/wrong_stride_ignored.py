# step: pooling
# misconception: stride-ignored
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = size + 2 * padding - kernel + 1
        sizes.append(size)
    return sizes
