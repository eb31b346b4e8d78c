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

# %% wrong: dilation_left_out
# step: dilation, misconception: dilation-left-out
def output_padding_for(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - kernel) % stride

# %% wrong: even_or_odd
# step: other-strides, misconception: values
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
