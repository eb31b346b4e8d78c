def channels_last(x):
    return x.contiguous(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    order = (1, 3, 2, 0) if memory_format == torch.channels_last else (3, 2, 1, 0)  # fastest axis first
    strides, step = [0, 0, 0, 0], 1
    for axis in order:
        strides[axis] = step
        step *= shape[axis]
    return strides
