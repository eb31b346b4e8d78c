# step: square
# misconception: kernel-not-squared
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height + bias * out_channels
