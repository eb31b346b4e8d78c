# %% accepted: convolution
def box_blur(x, kernel):
    channels = x.shape[1]
    weight = torch.full((channels, 1, kernel, kernel), 1 / kernel**2)
    return F.conv2d(x, weight, padding="same", groups=channels)

# %% accepted: crop_the_front
def box_blur(x, kernel):
    blurred = F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2)
    extra = 1 - kernel % 2
    return blurred[..., extra:, extra:]

# %% accepted: pad_then_pool
def box_blur(x, kernel):
    before, after = (kernel - 1) // 2, kernel // 2
    return F.avg_pool2d(F.pad(x, (before, after, before, after)), kernel, stride=1)

# %% accepted: shifts
def box_blur(x, kernel):
    height, width = x.shape[-2:]
    before = (kernel - 1) // 2
    padded = torch.zeros(*x.shape[:2], height + kernel, width + kernel)
    padded[..., before : before + height, before : before + width] = x
    total = torch.zeros_like(x)
    for row in range(kernel):
        for column in range(kernel):
            total += padded[..., row : row + height, column : column + width]
    return total / (kernel * kernel)

# %% wrong: border_copied
# step: size, misconception: border-not-zero
def box_blur(x, kernel):
    before, after = (kernel - 1) // 2, kernel // 2
    return F.avg_pool2d(F.pad(x, (before, after, before, after), mode="replicate"), kernel, stride=1)

# %% wrong: columns_only
# step: size, misconception: shape
def box_blur(x, kernel):
    before, after = (kernel - 1) // 2, kernel // 2
    return F.avg_pool2d(F.pad(x, (before, after)), kernel, stride=1)

# %% wrong: crop_the_end
# step: even, misconception: extra-cell-before
def box_blur(x, kernel):
    blurred = F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2)
    return blurred[..., : x.shape[2], : x.shape[3]]

# %% wrong: even_always
# step: size, misconception: shape
def box_blur(x, kernel):
    return F.avg_pool2d(F.pad(x, (kernel // 2 - 1, kernel // 2, kernel // 2 - 1, kernel // 2)), kernel, stride=1)

# %% wrong: half_kernel
# step: even, misconception: half-even-kernel
def box_blur(x, kernel):
    return F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2)

# %% wrong: next_odd_kernel
# step: even, misconception: values
def box_blur(x, kernel):
    kernel += 1 - kernel % 2
    return F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2)

# %% wrong: no_padding
# step: size, misconception: padding-ignored
def box_blur(x, kernel):
    return F.avg_pool2d(x, kernel, stride=1)

# %% wrong: odd_only
# step: even, misconception: raised
def box_blur(x, kernel):
    if kernel % 2 == 0:
        raise ValueError("odd kernels only")
    return F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2)

# %% wrong: resized
# step: even, misconception: extra-cell-before
def box_blur(x, kernel):
    blurred = F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2)
    return F.interpolate(blurred, size=x.shape[2:])

# %% wrong: smaller_half
# step: even, misconception: extra-cell-dropped
def box_blur(x, kernel):
    return F.avg_pool2d(x, kernel, stride=1, padding=(kernel - 1) // 2)

# %% wrong: sum
# step: size, misconception: sum-for-mean
def box_blur(x, kernel):
    before, after = (kernel - 1) // 2, kernel // 2
    return F.avg_pool2d(F.pad(x, (before, after, before, after)), kernel, stride=1, divisor_override=1)

# %% wrong: zeros_not_counted
# step: size, misconception: border-not-zero
def box_blur(x, kernel):
    before, after = (kernel - 1) // 2, kernel // 2
    padded = F.pad(x, (before, after, before, after))
    inside = F.pad(torch.ones_like(x), (before, after, before, after))
    return F.avg_pool2d(padded, kernel, stride=1) / F.avg_pool2d(inside, kernel, stride=1)

# %% wrong: one_channel_kernel
# step: size, misconception: channels-not-grouped
def box_blur(x, kernel):
    box = torch.full((1, 1, kernel, kernel), 1 / kernel**2)
    return F.conv2d(x, box, padding="same")

# %% wrong: sums_over_channels
# step: size, misconception: channels-mixed
def box_blur(x, kernel):
    c = x.shape[1]
    box = torch.full((c, c, kernel, kernel), 1 / kernel**2)
    return F.conv2d(x, box, padding="same")

# %% wrong: max_pool
# step: size, misconception: max-for-mean
def box_blur(x, kernel):
    before, after = (kernel - 1) // 2, kernel // 2
    return F.max_pool2d(F.pad(x, (before, after, before, after)), kernel, stride=1)

# %% wrong: stride_of_pooling
# step: size, misconception: stride-of-pooling
def box_blur(x, kernel):
    before, after = (kernel - 1) // 2, kernel // 2
    return F.avg_pool2d(F.pad(x, (before, after, before, after)), kernel)
