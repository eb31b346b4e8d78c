def channels_last(x):
    result = torch.empty(x.shape, dtype=x.dtype, memory_format=torch.channels_last)
    result.copy_(x)
    return result


def strides_of(shape, memory_format):
    from math import prod

    def dense(sizes):
        return [prod(sizes[axis + 1 :]) for axis in range(len(sizes))]

    if memory_format is torch.contiguous_format:
        return tuple(dense(shape))
    n, h, w, c = dense([shape[0], shape[2], shape[3], shape[1]])
    return (n, c, h, w)
