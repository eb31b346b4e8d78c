# step: pair
# misconception: kernel-not-squared
def weight_shape(in_channels, out_channels, kernel, groups=1):
    return (out_channels, in_channels // groups, kernel, kernel)
