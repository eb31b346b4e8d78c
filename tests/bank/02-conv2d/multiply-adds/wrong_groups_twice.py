# step: groups
# misconception: groups-divide-both
def pair(value):
    return (value, value) if isinstance(value, int) else value


def multiply_adds(in_shape, out_channels, kernel, stride=1, padding=0, groups=1):
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel), pair(stride), pair(padding)
    channels, height, width = in_shape
    rows = (height + 2 * ph - kh) // sh + 1
    columns = (width + 2 * pw - kw) // sw + 1
    return out_channels // groups * rows * columns * (channels // groups) * kh * kw
