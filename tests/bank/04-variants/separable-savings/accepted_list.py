def separable_savings(in_channels, out_channels, kernel_size):
    def conv(i, o, k, groups=1):
        return o * (i // groups) * k**2 + o

    return [conv(in_channels, out_channels, kernel_size), conv(in_channels, in_channels, kernel_size, in_channels) + conv(in_channels, out_channels, 1)]
