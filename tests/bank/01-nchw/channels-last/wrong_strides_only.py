# step: same
# misconception: reshape-for-permute
# credit: 0.6
def channels_last(x):
    n, c, h, w = x.shape
    return x.as_strided((n, c, h, w), (h * w * c, 1, w * c, c))


def strides_of(shape, memory_format):
    n, c, h, w = shape
    return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)
