# step: square
# misconception: kernel-first
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (height, width, in_channels)
