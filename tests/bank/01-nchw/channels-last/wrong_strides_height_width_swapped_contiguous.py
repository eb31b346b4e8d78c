# step: contiguous
# misconception: height-width-swapped
# credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    if memory_format == torch.channels_last:
        return h * w * c, 1, w * c, c
    return c * h * w, h * w, 1, h
