# step: stack
# misconception: padding-on-one-side
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = (size + padding - kernel) // stride + 1
        sizes.append(size)
    return sizes
