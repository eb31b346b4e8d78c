# step: square
# misconception: raised
def weight_shape(in_channels, out_channels, kernel, groups=1):
    return (out_channels, in_channels // groups, kernel[0], kernel[1])
