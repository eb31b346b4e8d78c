# %% accepted: float_first
def left_minus_right(patch):
    patch = patch.float()
    return (patch[:, 0] - patch[:, -1]).sum()

# %% accepted: two_sums
def left_minus_right(patch):
    left = patch[:, 0].sum(dtype=torch.float32)
    right = patch[:, -1].sum(dtype=torch.float32)
    return left - right

# %% wrong: absolute
# step: sign, misconception: absolute-difference
def left_minus_right(patch):
    patch = patch.float()
    return (patch[:, 0] - patch[:, -1]).abs().sum()

# %% wrong: float_too_late
# step: sign, misconception: wraps-around
def left_minus_right(patch):
    difference = patch[:, 0] - patch[:, -1]
    return difference.float().sum()

# %% wrong: first_row
# step: sign, misconception: first-row-only
def left_minus_right(patch):
    return patch[0, 0].float() - patch[0, -1].float()

# %% wrong: integers
# step: dtype, misconception: dtype
def left_minus_right(patch):
    patch = patch.int()
    return (patch[:, 0] - patch[:, -1]).sum()

# %% wrong: mean
# step: sign, misconception: mean-for-sum
def left_minus_right(patch):
    patch = patch.float()
    return (patch[:, 0] - patch[:, -1]).mean()

# %% wrong: not_summed
# step: dtype, misconception: shape
def left_minus_right(patch):
    patch = patch.float()
    return patch[:, 0] - patch[:, -1]

# %% wrong: sides
# step: sign, misconception: sides-swapped
def left_minus_right(patch):
    patch = patch.float()
    return (patch[:, -1] - patch[:, 0]).sum()

# %% wrong: rows_for_columns
# step: sign, misconception: rows-for-columns
def left_minus_right(patch):
    patch = patch.float()
    return (patch[0] - patch[-1]).sum()

# %% wrong: third_column
# step: sign, misconception: fixed-column
def left_minus_right(patch):
    patch = patch.float()
    return (patch[:, 0] - patch[:, 2]).sum()

# %% wrong: int8
# step: sign, misconception: wraps-around
def left_minus_right(patch):
    patch = patch.to(torch.int8)
    return (patch[:, 0] - patch[:, -1]).sum().float()

# %% wrong: halves
# step: sign, misconception: halves-for-columns
def left_minus_right(patch):
    patch = patch.float()
    w = patch.shape[1]
    return patch[:, : w // 2].sum() - patch[:, w // 2 :].sum()
