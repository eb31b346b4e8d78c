# step: same
# misconception: raised
# credit: 0.6
def channels_last(x):
    return x.permute(0, 2, 3, 1).view(x.shape)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)
