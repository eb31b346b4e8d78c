def weight_shape(in_channels, out_channels, kernel, groups=1):
    if not isinstance(kernel, tuple):
        kernel = (kernel,) * 2
    return (out_channels, int(in_channels / groups), *kernel)
