# step: contiguous
# misconception: float-for-int
# credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    total = n * c * h * w
    if memory_format == torch.channels_last:
        return total / n, 1, w * c, c
    return total / n, total / n / c, w, 1
