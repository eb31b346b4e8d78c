# step: pairs
# misconception: raised
def multiply_adds(in_shape, out_channels, kernel, stride=1, padding=0, groups=1):
    channels, height, width = in_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    return out_channels * rows * columns * (channels // groups) * kernel**2
