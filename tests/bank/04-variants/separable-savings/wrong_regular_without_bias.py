# step: regular
# misconception: biases-left-out
def separable_savings(in_channels, out_channels, kernel_size):
    return out_channels * in_channels * kernel_size**2, in_channels * kernel_size**2 + in_channels + in_channels * out_channels + out_channels
