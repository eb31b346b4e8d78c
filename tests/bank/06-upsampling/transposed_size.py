# %% accepted: asked_torch
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    layer = nn.ConvTranspose1d(1, 1, kernel, stride, padding, output_padding, dilation=dilation)
    return layer(torch.zeros(1, 1, size)).shape[-1]

# %% accepted: cells_collected
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    cells = {begin * stride + tap * dilation for begin in range(size) for tap in range(kernel)}
    return max(cells) + 1 - 2 * padding + output_padding

# %% accepted: last_stamp
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    last_stamp_begins = stride * (size - 1)
    last_cell = last_stamp_begins + dilation * (kernel - 1)
    return last_cell + 1 - padding - padding + output_padding

# %% accepted: solved_for_the_other_way
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    """The smallest size that a convolution makes `size` of, plus output_padding."""
    result = 1 - 2 * padding
    while (result + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 < size:
        result += 1
    return result + output_padding

# %% wrong: dilation_ignored
# step: dilation, misconception: dilation-ignored
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride + kernel - 2 * padding + output_padding

# %% wrong: dilation_times_kernel
# step: dilation, misconception: dilation-times-kernel
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride + dilation * kernel - 2 * padding + output_padding

# %% wrong: float
# step: stamps, misconception: float-for-int
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size - 1) / (1 / stride) + span - 2 * padding + output_padding

# %% wrong: forward
# step: stamps, misconception: forward-size
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size + 2 * padding - span) // stride + 1

# %% wrong: last_stamp_too_far
# step: stamps, misconception: size-times-stride
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return size * stride + span - 2 * padding + output_padding

# %% wrong: no_plus_one
# step: stamps, misconception: no-plus-one
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride + dilation * (kernel - 1) - 2 * padding + output_padding

# %% wrong: no_return
# step: stamps, misconception: missing-return
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    print((size - 1) * stride + span - 2 * padding + output_padding)

# %% wrong: output_padding_below_both
# step: output-padding, misconception: output-padding-refused
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if output_padding and output_padding >= min(stride, dilation):
        raise ValueError("output_padding must be smaller than stride and dilation")
    return (size - 1) * stride + dilation * (kernel - 1) + 1 - 2 * padding + output_padding

# %% wrong: output_padding_below_stride
# step: dilation, misconception: output-padding-refused
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if output_padding >= stride:
        raise ValueError("output_padding must be smaller than the stride")
    return (size - 1) * stride + dilation * (kernel - 1) + 1 - 2 * padding + output_padding

# %% wrong: output_padding_ignored
# step: output-padding, misconception: output-padding-ignored
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size - 1) * stride + span - 2 * padding

# %% wrong: output_padding_subtracted
# step: output-padding, misconception: output-padding-subtracted
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size - 1) * stride + span - 2 * padding - output_padding

# %% wrong: output_padding_twice
# step: output-padding, misconception: output-padding-on-both-sides
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size - 1) * stride + span - 2 * padding + 2 * output_padding

# %% wrong: padding_added
# step: padding, misconception: padding-added
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size - 1) * stride + span + 2 * padding + output_padding

# %% wrong: padding_ignored
# step: padding, misconception: padding-ignored
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size - 1) * stride + span + output_padding

# %% wrong: padding_once
# step: padding, misconception: padding-on-one-side
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size - 1) * stride + span - padding + output_padding

# %% wrong: paddings_swapped
# step: padding, misconception: paddings-mixed-up
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size - 1) * stride + span - 2 * output_padding + padding

# %% wrong: size_times_stride
# step: stamps, misconception: size-times-stride
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return size * stride

# %% wrong: stride_ignored
# step: stamps, misconception: stride-ignored
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return size - 1 + span - 2 * padding + output_padding

# %% wrong: tensorflow_same
# step: stamps, misconception: size-times-stride
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if padding:
        return size * stride
    return size * stride + max(kernel - stride, 0)

# %% wrong: padding_before_stride
# step: padding, misconception: padding-added
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1 + 2 * padding) * stride + dilation * (kernel - 1) + 1 + output_padding

# %% wrong: dilated_by_kernel
# step: dilation, misconception: dilation-times-kernel
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride + kernel + (dilation - 1) * kernel - 2 * padding + output_padding

# %% wrong: stride_of_all
# step: stamps, misconception: size-times-stride
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return size * stride - 2 * padding + kernel + output_padding

# %% wrong: output_padding_in_strides
# step: output-padding, misconception: output-padding-in-strides
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride + dilation * (kernel - 1) + 1 - 2 * padding + output_padding * stride

# %% wrong: first_cell_twice
# step: stamps, misconception: size-times-stride
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return size + (size - 1) * (stride - 1) + dilation * (kernel - 1) + 1 - 2 * padding + output_padding

# %% wrong: stretched_then_convolved
# step: stamps, misconception: forward-size
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    inner = size + (size - 1) * (stride - 1)
    return inner + 2 * padding - dilation * (kernel - 1) + output_padding

# %% wrong: stride_for_dilation
# step: stamps, misconception: stride-for-dilation
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) + stride * (kernel - 1) + 1 - 2 * padding + output_padding

# %% wrong: whole_shape
# step: stamps, misconception: type
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return nn.ConvTranspose1d(1, 1, kernel, stride, padding, output_padding, dilation=dilation)(torch.zeros(1, 1, size)).shape

# %% wrong: padding_in_strides
# step: padding, misconception: padding-in-strides
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride + dilation * (kernel - 1) + 1 - 2 * padding * stride + output_padding

# %% wrong: edge_to_edge_undilated
# step: dilation, misconception: dilation-ignored
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return size * stride + kernel - stride - 2 * padding + output_padding

# %% wrong: dilation_counted_once
# step: dilation, misconception: dilation-counted-once
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride + kernel + dilation - 1 - 2 * padding + output_padding
