# step: regular
# misconception: kernel-not-squared
def separable_savings(in_channels, out_channels, kernel_size):
    return out_channels * in_channels * kernel_size + out_channels, in_channels * kernel_size + in_channels + in_channels * out_channels + out_channels
