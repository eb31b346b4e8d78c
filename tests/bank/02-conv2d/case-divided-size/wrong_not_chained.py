# step: pooling
# misconception: layers-not-chained
def shape_walk(size, layers):
    return [(size + 2 * padding - kernel) // stride + 1 for kernel, stride, padding in layers]
