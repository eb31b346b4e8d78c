# step: contiguous
# misconception: values
# credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    return tuple(torch.tensor(each) for each in (c * h * w, h * w, w, 1))
