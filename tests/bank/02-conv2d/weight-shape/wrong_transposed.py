# step: square
# misconception: in-before-out
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (in_channels, out_channels // groups, height, width)
