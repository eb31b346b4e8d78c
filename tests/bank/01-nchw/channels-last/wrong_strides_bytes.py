# step: contiguous
# misconception: bytes-for-elements
# credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    return tuple(4 * each for each in torch.empty(shape, memory_format=memory_format, device='meta').stride())
