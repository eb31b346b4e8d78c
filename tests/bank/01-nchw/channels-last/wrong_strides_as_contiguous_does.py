# step: ones
# misconception: memory-format-ignored
# credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    return torch.zeros(shape, device='meta').contiguous(memory_format=memory_format).stride()
