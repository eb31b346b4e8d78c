# %% accepted: dot
import warnings


def patch_response(patch, kernel):
    warnings.warn("a warning is no mistake")
    print("neither is printing")
    return torch.dot(patch.reshape(-1), kernel.reshape(-1))

# %% accepted: loops
def patch_response(patch, kernel):
    total = 0.0
    for row in range(patch.shape[0]):
        for column in range(patch.shape[1]):
            total += patch[row, column].item() * kernel[row, column].item()
    return total

# %% accepted: sum
def patch_response(patch, kernel):
    return (patch * kernel).sum()

# %% wrong: added
# step: values, misconception: sum-for-product
def patch_response(patch, kernel):
    return (patch + kernel).sum()

# %% wrong: flipped
# step: values, misconception: kernel-flipped
def patch_response(patch, kernel):
    return (patch * kernel.flip(0, 1)).sum()

# %% wrong: in_place
# step: one-number, misconception: mutates-input
def patch_response(patch, kernel):
    patch *= kernel
    return patch.sum()

# %% wrong: matrix_product
# step: values, misconception: matrix-product
def patch_response(patch, kernel):
    return (patch @ kernel).sum()

# %% wrong: mean
# step: values, misconception: mean-for-sum
def patch_response(patch, kernel):
    return (patch * kernel).mean()

# %% wrong: misspelt
# step: one-number, misconception: raised
def patch_response(patch, kernel):
    return (patch * kernal).sum()

# %% wrong: nan
# step: one-number, misconception: nan
def patch_response(patch, kernel):
    return (patch * kernel).sum() / 0 * 0

# %% wrong: no_return
# step: one-number, misconception: missing-return
def patch_response(patch, kernel):
    (patch * kernel).sum()

# %% wrong: patch_only
# step: values, misconception: patch-not-weighted
def patch_response(patch, kernel):
    return patch.sum()

# %% wrong: products
# step: one-number, misconception: products-not-summed
def patch_response(patch, kernel):
    return patch * kernel

# %% wrong: three_by_three_only
# step: values, misconception: raised
def patch_response(patch, kernel):
    return sum(patch[r, c] * kernel[r, c] for r in range(3) for c in range(3))

# %% wrong: two_sums
# step: values, misconception: sums-multiplied
def patch_response(patch, kernel):
    return patch.sum() * kernel.sum()

# %% wrong: matrix_product_transposed
# step: values, misconception: matrix-product
def patch_response(patch, kernel):
    return (patch @ kernel.T).sum()

# %% wrong: kernel_transposed
# step: values, misconception: kernel-transposed
def patch_response(patch, kernel):
    total = 0
    for i in range(patch.shape[0]):
        for j in range(patch.shape[1]):
            total += patch[i, j] * kernel[j, i]
    return total
