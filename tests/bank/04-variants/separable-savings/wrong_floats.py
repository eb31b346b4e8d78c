# step: regular
# misconception: float-for-int
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    separable = in_channels * kernel_size**2 + in_channels + in_channels * out_channels + out_channels
    return regular / 1, separable / 1
