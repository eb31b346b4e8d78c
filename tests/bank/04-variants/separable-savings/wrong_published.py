# step: separable
# misconception: depthwise-bias-left-out
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, in_channels * kernel_size**2 + in_channels * out_channels + out_channels
