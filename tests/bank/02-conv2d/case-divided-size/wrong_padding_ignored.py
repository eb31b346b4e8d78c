# step: stack
# misconception: padding-ignored
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = (size - kernel) // stride + 1
        sizes.append(size)
    return sizes
