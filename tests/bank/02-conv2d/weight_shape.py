# %% accepted: from_a_layer
def weight_shape(in_channels, out_channels, kernel, groups=1):
    return nn.Conv2d(in_channels, out_channels, kernel, groups=groups).weight.shape

# %% accepted: list
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return [out_channels, in_channels // groups, height, width]

# %% accepted: star
def weight_shape(in_channels, out_channels, kernel, groups=1):
    if not isinstance(kernel, tuple):
        kernel = (kernel,) * 2
    return (out_channels, int(in_channels / groups), *kernel)

# %% wrong: depthwise_only
# step: groups, misconception: values
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels, 1 if groups > 1 else in_channels, height, width)

# %% wrong: flat_kernels
# step: square, misconception: in-channels-left-out
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels, height, width)

# %% wrong: float
# step: square, misconception: float-for-int
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels, in_channels / groups, height, width)

# %% wrong: groups_divide_both
# step: groups, misconception: groups-divide-both
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels // groups, in_channels // groups, height, width)

# %% wrong: groups_divide_out
# step: groups, misconception: groups-divide-out
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels // groups, in_channels, height, width)

# %% wrong: groups_ignored
# step: groups, misconception: groups-ignored
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels, in_channels, height, width)

# %% wrong: in_before_out
# step: square, misconception: in-before-out
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (in_channels // groups, out_channels, height, width)

# %% wrong: ints_not_taken
# step: square, misconception: raised
def weight_shape(in_channels, out_channels, kernel, groups=1):
    return (out_channels, in_channels // groups, kernel[0], kernel[1])

# %% wrong: kernel_first
# step: square, misconception: kernel-first
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (height, width, in_channels)

# %% wrong: one_side
# step: square, misconception: kernel-not-squared
def weight_shape(in_channels, out_channels, kernel, groups=1):
    return (out_channels, in_channels // groups, kernel)

# %% wrong: other_library
# step: square, misconception: kernel-first
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (height, width, in_channels // groups, out_channels)

# %% wrong: pair_left_whole
# step: pair, misconception: kernel-not-squared
def weight_shape(in_channels, out_channels, kernel, groups=1):
    return (out_channels, in_channels // groups, kernel, kernel)

# %% wrong: swapped_sides
# step: pair, misconception: height-width-swapped
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels, in_channels // groups, width, height)

# %% wrong: total
# step: square, misconception: type
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * in_channels // groups * height * width

# %% wrong: transposed
# step: square, misconception: in-before-out
def weight_shape(in_channels, out_channels, kernel, groups=1):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (in_channels, out_channels // groups, height, width)

# %% wrong: pair_as_an_entry
# step: square, misconception: kernel-not-squared
def weight_shape(in_channels, out_channels, kernel, groups=1):
    if isinstance(kernel, int):
        kernel = (kernel, kernel)
    return (out_channels, in_channels // groups, kernel)
