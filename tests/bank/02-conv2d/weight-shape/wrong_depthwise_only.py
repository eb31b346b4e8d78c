# step: groups
# misconception: values
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels, 1 if groups > 1 else in_channels, height, width)
