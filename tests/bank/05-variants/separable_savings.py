# %% accepted: layers_counted
def separable_savings(in_channels, out_channels, kernel_size):
    regular = nn.Conv2d(in_channels, out_channels, kernel_size)
    depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, groups=in_channels)
    pointwise = nn.Conv2d(in_channels, out_channels, 1)
    counts = [sum(p.numel() for p in layer.parameters()) for layer in (regular, depthwise, pointwise)]
    return counts[0], counts[1] + counts[2]

# %% accepted: list
def separable_savings(in_channels, out_channels, kernel_size):
    def conv(i, o, k, groups=1):
        return o * (i // groups) * k**2 + o

    return [conv(in_channels, out_channels, kernel_size), conv(in_channels, in_channels, kernel_size, in_channels) + conv(in_channels, out_channels, 1)]

# %% accepted: per_kernel
def separable_savings(in_channels, out_channels, kernel_size):
    one_kernel = in_channels * kernel_size * kernel_size + 1
    return out_channels * one_kernel, in_channels * (kernel_size * kernel_size + 1) + out_channels * (in_channels + 1)

# %% wrong: biases_of_the_output
# step: separable, misconception: bias-of-the-other-side
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, in_channels * kernel_size**2 + out_channels + in_channels * out_channels + out_channels

# %% wrong: depthwise_alone
# step: separable, misconception: no-pointwise
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, in_channels * kernel_size**2 + in_channels

# %% wrong: difference
# step: separable, misconception: difference
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    separable = in_channels * kernel_size**2 + in_channels + in_channels * out_channels + out_channels
    return regular, regular - separable

# %% wrong: floats
# step: regular, misconception: float-for-int
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    separable = in_channels * kernel_size**2 + in_channels + in_channels * out_channels + out_channels
    return regular / 1, separable / 1

# %% wrong: groups_only
# step: separable, misconception: no-pointwise
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, out_channels * kernel_size**2 + out_channels

# %% wrong: kernel_not_squared
# step: regular, misconception: kernel-not-squared
def separable_savings(in_channels, out_channels, kernel_size):
    return out_channels * in_channels * kernel_size + out_channels, in_channels * kernel_size + in_channels + in_channels * out_channels + out_channels

# %% wrong: no_biases
# step: regular, misconception: biases-left-out
def separable_savings(in_channels, out_channels, kernel_size):
    return out_channels * in_channels * kernel_size**2, in_channels * kernel_size**2 + in_channels * out_channels

# %% wrong: no_biases_in_separable
# step: separable, misconception: biases-left-out
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, in_channels * kernel_size**2 + in_channels * out_channels

# %% wrong: no_pointwise_bias
# step: separable, misconception: pointwise-bias-left-out
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, in_channels * kernel_size**2 + in_channels + in_channels * out_channels

# %% wrong: no_return
# step: regular, misconception: missing-return
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    separable = in_channels * kernel_size**2 + in_channels + in_channels * out_channels + out_channels
    print(regular, separable)

# %% wrong: order
# step: regular, misconception: order
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return in_channels * kernel_size**2 + in_channels + in_channels * out_channels + out_channels, regular

# %% wrong: pointwise_first
# step: separable, misconception: pointwise-first
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, in_channels * out_channels + out_channels + out_channels * kernel_size**2 + out_channels

# %% wrong: pointwise_not_deep
# step: separable, misconception: in-channels-left-out
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, in_channels * kernel_size**2 + in_channels + 2 * out_channels

# %% wrong: product
# step: separable, misconception: multiplied-layers
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, (in_channels * kernel_size**2) * (in_channels * out_channels)

# %% wrong: product_with_biases
# step: separable, misconception: multiplied-layers
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, (in_channels * kernel_size**2 + in_channels) * (in_channels * out_channels + out_channels)

# %% wrong: published
# step: separable, misconception: depthwise-bias-left-out
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    return regular, in_channels * kernel_size**2 + in_channels * out_channels + out_channels

# %% wrong: ratio
# step: regular, misconception: type
def separable_savings(in_channels, out_channels, kernel_size):
    regular = out_channels * in_channels * kernel_size**2 + out_channels
    separable = in_channels * kernel_size**2 + in_channels + in_channels * out_channels + out_channels
    return regular / separable

# %% wrong: regular_without_bias
# step: regular, misconception: biases-left-out
def separable_savings(in_channels, out_channels, kernel_size):
    return out_channels * in_channels * kernel_size**2, in_channels * kernel_size**2 + in_channels + in_channels * out_channels + out_channels
