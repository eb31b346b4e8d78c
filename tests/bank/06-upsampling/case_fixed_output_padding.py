# %% accepted: asked_torch
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    small = nn.Conv1d(1, 1, kernel, stride, padding, dilation)(torch.zeros(1, 1, size))
    back = nn.ConvTranspose1d(1, 1, kernel, stride, padding, dilation=dilation)(small)
    return size - back.shape[-1]

# %% accepted: divmod_of_the_rest
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    window = 1 + dilation * (kernel - 1)
    steps, left = divmod(size + padding + padding - window, stride)
    return left

# %% accepted: tried_out
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    small = (size + 2 * padding - span) // stride + 1
    for more in range(stride):
        if (small - 1) * stride - 2 * padding + span + more == size:
            return more

# %% wrong: dilation_left_out
# step: dilation, misconception: dilation-left-out
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - kernel) % stride

# %% wrong: even_or_odd
# step: other-strides, misconception: even-or-odd
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return 1 - size % 2

# %% wrong: fixed
# step: stride-two, misconception: output-padding-fixed
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return stride - 1

# %% wrong: kernel_minus_one
# step: stride-two, misconception: one-off
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1)) % stride

# %% wrong: missing_to_a_step
# step: other-strides, misconception: rest-to-the-step
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return -(size + 2 * padding - dilation * (kernel - 1) - 1) % stride

# %% wrong: one_padding
# step: stride-two, misconception: padding-at-one-end
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size + padding - dilation * (kernel - 1) - 1) % stride

# %% wrong: padding_left_out
# step: other-strides, misconception: padding-left-out
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size - dilation * (kernel - 1) - 1) % stride

# %% wrong: steps
# step: stride-two, misconception: steps-for-rest
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride

# %% wrong: zero
# step: stride-two, misconception: never-padded
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return 0

# %% wrong: size_alone
# step: stride-two, misconception: size-alone
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return size % stride

# %% wrong: window_not_taken_off
# step: stride-two, misconception: window-not-taken-off
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding) % stride

# %% wrong: there_and_back_undilated
# step: dilation, misconception: dilation-left-out
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    small = (size + 2 * padding - kernel) // stride + 1
    return size - (small - 1) * stride - kernel + 2 * padding

# %% wrong: size_times_stride
# step: stride-two, misconception: way-back-too-long
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    small = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    return size - small * stride

# %% wrong: odd_if
# step: other-strides, misconception: even-or-odd
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return 0 if size % 2 else stride - 1

# %% wrong: difference_turned
# step: stride-two, misconception: difference-turned
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    small = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    back = (small - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1
    return back - size

# %% wrong: dilation_times_kernel
# step: dilation, misconception: dilation-times-kernel
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * kernel) % stride

# %% wrong: remainder_of_two
# step: other-strides, misconception: even-or-odd
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) % 2

# %% wrong: undilated_and_clipped
# step: dilation, misconception: dilation-left-out
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return min((size + 2 * padding - kernel) % stride, stride - 1)

# %% wrong: remainder_of_the_windows
# step: stride-two, misconception: steps-for-rest
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    small = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    return small % stride

# %% wrong: true_division
# step: stride-two, misconception: float-for-int
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    walked = size + 2 * padding - dilation * (kernel - 1) - 1
    return walked - walked / stride * stride

# %% wrong: one_padding_undilated
# step: stride-two, misconception: padding-at-one-end
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size - kernel + padding) % stride

# %% wrong: plus_one
# step: stride-two, misconception: one-off
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) % stride + 1

# %% wrong: capped_at_one
# step: other-strides, misconception: even-or-odd
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return min((size + 2 * padding - dilation * (kernel - 1) - 1) % stride, 1)
