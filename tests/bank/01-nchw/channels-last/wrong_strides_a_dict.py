# step: contiguous
# misconception: type
# credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    return {'N': c * h * w, 'C': h * w, 'H': w, 'W': 1}
