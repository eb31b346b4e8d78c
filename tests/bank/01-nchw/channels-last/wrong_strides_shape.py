# step: contiguous
# misconception: shape-for-strides
# credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    if memory_format == torch.channels_last:
        return n, h, w, c
    return n, c, h, w
