# step: square
# misconception: in-channels-left-out
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels, height, width)
