# %% accepted: asked_torch
def same_padding(kernel, dilation=1):
    weight = torch.zeros(1, 1, kernel)
    weight[..., 0] = 1
    span = dilation * (kernel - 1) + 1
    moved = F.conv1d(torch.ones(1, 1, span), weight, padding="same", dilation=dilation)
    before = int((moved == 0).sum())
    return before, span - 1 - before

# %% accepted: counted
def same_padding(kernel, dilation=1):
    """Deals the cells out one by one, beginning after."""
    sides = [0, 0]
    for cell in range((kernel - 1) * dilation):
        sides[1 - cell % 2] += 1
    print("a list will do", sides)
    return sides

# %% accepted: divmod
def same_padding(kernel, dilation=1):
    half, rest = divmod(dilation * (kernel - 1), 2)
    return (half, half + rest)

# %% accepted: total
def same_padding(kernel, dilation=1):
    total = dilation * (kernel - 1)
    return total // 2, total - total // 2

# %% wrong: extra_before
# step: even, misconception: extra-cell-before
def same_padding(kernel, dilation=1):
    total = dilation * (kernel - 1)
    return total - total // 2, total // 2

# %% wrong: extra_dropped
# step: even, misconception: extra-cell-dropped
def same_padding(kernel, dilation=1):
    half = dilation * (kernel - 1) // 2
    return half, half

# %% wrong: floats
# step: pair, misconception: float-for-int
def same_padding(kernel, dilation=1):
    total = dilation * (kernel - 1)
    return total / 2, total / 2

# %% wrong: half_kernel
# step: even, misconception: half-even-kernel
def same_padding(kernel, dilation=1):
    return kernel // 2, kernel // 2

# %% wrong: half_kernel_dilated
# step: dilation, misconception: half-even-kernel
def same_padding(kernel, dilation=1):
    if kernel % 2:
        return dilation * (kernel // 2), dilation * (kernel // 2)
    before = (kernel - 1) // 2
    if dilation == 1:
        return before, kernel - 1 - before
    return dilation * (kernel // 2), dilation * (kernel // 2)

# %% wrong: half_span
# step: even, misconception: half-even-kernel
def same_padding(kernel, dilation=1):
    span = dilation * (kernel - 1) + 1
    return span // 2, span // 2

# %% wrong: halved_before_dilated
# step: dilation, misconception: halved-before-dilated
def same_padding(kernel, dilation=1):
    return dilation * ((kernel - 1) // 2), dilation * (kernel // 2)

# %% wrong: kernel_shared
# step: pair, misconception: kernel-for-padding
def same_padding(kernel, dilation=1):
    return kernel // 2, kernel - kernel // 2

# %% wrong: kernel_times_dilation
# step: dilation, misconception: dilation-times-kernel
def same_padding(kernel, dilation=1):
    total = kernel * dilation - 1
    return total // 2, total - total // 2

# %% wrong: no_dilation
# step: dilation, misconception: dilation-ignored
def same_padding(kernel, dilation=1):
    return (kernel - 1) // 2, kernel // 2

# %% wrong: no_return
# step: pair, misconception: missing-return
def same_padding(kernel, dilation=1):
    total = dilation * (kernel - 1)
    (total // 2, total - total // 2)

# %% wrong: one_number
# step: pair, misconception: type
def same_padding(kernel, dilation=1):
    return dilation * (kernel - 1) // 2

# %% wrong: whole_on_both_sides
# step: pair, misconception: whole-padding-twice
def same_padding(kernel, dilation=1):
    total = dilation * (kernel - 1)
    return total, total

# %% wrong: one_cell_short
# step: pair, misconception: values
def same_padding(kernel, dilation=1):
    return (kernel // 2 - 1) * dilation, kernel // 2 * dilation

# %% wrong: total_only
# step: pair, misconception: total-only
def same_padding(kernel, dilation=1):
    return dilation * (kernel - 1)
