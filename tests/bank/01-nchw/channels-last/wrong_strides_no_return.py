# step: contiguous
# misconception: missing-return
# credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    strides = c * h * w, h * w, w, 1
