# %% accepted: from_a_layer
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    layer = nn.Conv2d(in_channels, out_channels, kernel, groups=groups, bias=bias)
    return sum(parameter.numel() for parameter in layer.parameters())

# %% accepted: numpy
import numpy as np


def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return np.prod([out_channels, in_channels // groups, height, width]) + bias * out_channels

# %% accepted: per_kernel
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups * height * width + bool(bias))

# %% wrong: bias_always
# step: no-bias, misconception: bias-not-asked
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height * width + out_channels

# %% wrong: bias_once
# step: square, misconception: bias-counted-once
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height * width + bias

# %% wrong: bias_per_input
# step: square, misconception: bias-per-input
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height * width + bias * in_channels

# %% wrong: bias_per_weight
# step: square, misconception: bias-per-weight
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height * width * (1 + bias)

# %% wrong: float
# step: square, misconception: float-for-int
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * in_channels / groups * height * width + bias * out_channels

# %% wrong: groups_ignored
# step: groups, misconception: groups-ignored
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * in_channels * height * width + bias * out_channels

# %% wrong: groups_twice
# step: groups, misconception: groups-divide-both
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height * width // groups + bias * out_channels

# %% wrong: image_size
# step: square, misconception: values
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height * width * 32 * 32 + bias * out_channels

# %% wrong: in_channels_left_out
# step: square, misconception: in-channels-left-out
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * height * width + bias * out_channels

# %% wrong: no_bias
# step: square, misconception: bias-left-out
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height * width

# %% wrong: one_kernel
# step: square, misconception: out-channels-left-out
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return in_channels // groups * height * width + bias * out_channels

# %% wrong: one_kernel_and_bias
# step: square, misconception: out-channels-left-out
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return in_channels // groups * height * width + bias

# %% wrong: printed_only
# step: square, misconception: missing-return
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return print(out_channels * (in_channels // groups) * height * width + bias * out_channels)

# %% wrong: shape
# step: square, misconception: type
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (out_channels, in_channels // groups, height, width)

# %% wrong: side_once
# step: square, misconception: kernel-not-squared
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height + bias * out_channels

# %% wrong: square_only
# step: pair, misconception: kernel-not-squared
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * (in_channels // groups) * height * height + bias * out_channels

# %% wrong: conditional_without_brackets
# step: no-bias, misconception: nothing-without-bias
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    return out_channels * in_channels // groups * kh * kw + out_channels if bias else 0

# %% wrong: groups_divide_all
# step: groups, misconception: groups-divide-both
def parameter_count(in_channels, out_channels, kernel, groups=1, bias=True):
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (in_channels // groups * kh * kw + bias) * out_channels // groups
