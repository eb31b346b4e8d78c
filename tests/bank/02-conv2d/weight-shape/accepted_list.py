def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return [out_channels, in_channels // groups, height, width]
