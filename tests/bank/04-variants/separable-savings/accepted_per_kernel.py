def separable_savings(in_channels, out_channels, kernel_size):
    one_kernel = in_channels * kernel_size * kernel_size + 1
    return out_channels * one_kernel, in_channels * (kernel_size * kernel_size + 1) + out_channels * (in_channels + 1)
