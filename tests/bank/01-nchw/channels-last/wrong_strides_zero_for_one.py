# step: ones
# misconception: zero-for-one
# credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    strides = (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)
    return tuple(0 if size == 1 else stride for size, stride in zip(shape, strides))
