# step: same
# misconception: reshape-for-permute
# credit: 0.6
def channels_last(x):
    n, c, h, w = x.shape
    return x.reshape(n, h, w, c).permute(0, 3, 1, 2)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)
