# %% accepted: asked_torch
def running_statistics(mean, variance, x, momentum=0.1):
    """The layer itself, filled with the old statistics."""
    norm = nn.BatchNorm2d(x.shape[1], momentum=momentum)
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm(x)
    return norm.running_mean, norm.running_var

# %% accepted: formula
def running_statistics(mean, variance, x, momentum=0.1):
    if x.numel() == x.shape[1]:
        raise ValueError(f"one value per channel has no variance: {tuple(x.shape)}")
    new_mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
    new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
    return new_mean, new_variance

# %% accepted: lerp
def running_statistics(mean, variance, x, momentum=0.1):
    count = x.numel() // x.shape[1]
    if count == 1:
        print("refused")
        raise ValueError("Expected more than 1 value per channel")
    now = x.mean(dim=(0, 2, 3), keepdim=True)
    spread = ((x - now) ** 2).sum(dim=(0, 2, 3)) / (count - 1)
    return mean.lerp(now.flatten(), momentum), variance.lerp(spread, momentum)

# %% accepted: numpy
def running_statistics(mean, variance, x, momentum=0.1):
    n, c, h, w = x.shape
    if n * h * w < 2:
        raise ValueError("a variance needs two values or more for each channel")
    columns = x.transpose(0, 1).reshape(c, -1).numpy()
    old = [each.numpy() for each in (mean, variance)]
    new = [columns.mean(axis=1), columns.var(axis=1, ddof=1)]
    return [torch.from_numpy(a + momentum * (b - a)).float() for a, b in zip(old, new)]

# %% wrong: added_up, an edit of formula
# step: mean, misconception: added-up
#-     new_mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_mean = mean + momentum * x.mean((0, 2, 3))
#+     new_variance = variance + momentum * x.var((0, 2, 3))

# %% wrong: average_of_variances, an edit of formula
# step: variance, misconception: average-of-variances
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_variance = (1 - momentum) * variance + momentum * x.var((2, 3)).mean(0)

# %% wrong: batch_only, an edit of formula
# step: mean, misconception: batch-only
#-     new_mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_mean = x.mean((0, 2, 3))
#+     new_variance = x.var((0, 2, 3))

# %% wrong: biased, an edit of formula
# step: variance, misconception: biased-variance
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3), unbiased=False)

# %% wrong: biased_by_hand, an edit of formula
# step: variance, misconception: biased-variance
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_variance = (1 - momentum) * variance + momentum * ((x - x.mean((0, 2, 3), keepdim=True)) ** 2).mean((0, 2, 3))

# %% wrong: deviation, an edit of formula
# step: variance, misconception: deviation-for-variance
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_variance = (1 - momentum) * variance + momentum * x.std((0, 2, 3))

# %% wrong: in_place, an edit of formula
# step: mean, misconception: mutates-input
#-     new_mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
#+     mean.mul_(1 - momentum).add_(momentum * x.mean((0, 2, 3)))
# ...
#-     return new_mean, new_variance
#+     return mean, new_variance

# %% wrong: mean_only, an edit of formula
# step: mean, misconception: type
#-     return new_mean, new_variance
#+     return new_mean

# %% wrong: momentum_fixed, an edit of formula
# step: momentum, misconception: momentum-ignored
#          raise ValueError(f"one value per channel has no variance: {tuple(x.shape)}")
#+     momentum = 0.1

# %% wrong: momentum_reversed, an edit of formula
# step: mean, misconception: momentum-reversed
#-     new_mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_mean = momentum * mean + (1 - momentum) * x.mean((0, 2, 3))
#+     new_variance = momentum * variance + (1 - momentum) * x.var((0, 2, 3))

# %% wrong: no_return, an edit of formula
# step: mean, misconception: missing-return
#-     return new_mean, new_variance
#+     print(new_mean, new_variance)

# %% wrong: one_for_all, an edit of formula
# step: mean, misconception: one-for-all
#-     new_mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_mean = (1 - momentum) * mean + momentum * x.mean()
#+     new_variance = (1 - momentum) * variance + momentum * x.var()

# %% wrong: one_image_refused, an edit of formula
# step: variance, misconception: raised
#-     if x.numel() == x.shape[1]:
#+     if len(x) == 1:

# %% wrong: one_pixel_refused, an edit of formula
# step: variance, misconception: raised
#-     if x.numel() == x.shape[1]:
#+     if x.shape[2] * x.shape[3] == 1:

# %% wrong: one_value_assert, an edit of formula
# step: one-value, misconception: other-error
#-     if x.numel() == x.shape[1]:
#-         raise ValueError(f"one value per channel has no variance: {tuple(x.shape)}")
#+     assert x.numel() > x.shape[1], "one value"

# %% wrong: one_value_is_nan, an edit of formula
# step: one-value, misconception: no-error
#-     if x.numel() == x.shape[1]:
#-         raise ValueError(f"one value per channel has no variance: {tuple(x.shape)}")

# %% wrong: one_value_silent, an edit of formula
# step: one-value, misconception: silent-error
#-         raise ValueError(f"one value per channel has no variance: {tuple(x.shape)}")
#+         raise ValueError

# %% wrong: one_variance_for_all, an edit of formula
# step: variance, misconception: one-for-all
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_variance = (1 - momentum) * variance + momentum * x.var()

# %% wrong: per_image, an edit of formula
# step: mean, misconception: per-image
#-     new_mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_mean = (1 - momentum) * mean + momentum * x.mean((2, 3))
#+     new_variance = (1 - momentum) * variance + momentum * x.var((2, 3))

# %% wrong: swapped, an edit of formula
# step: mean, misconception: mean-and-variance-swapped
#-     return new_mean, new_variance
#+     return new_variance, new_mean

# %% wrong: variance_momentum_reversed, an edit of formula
# step: variance, misconception: momentum-reversed
#-     new_variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3))
#+     new_variance = momentum * variance + (1 - momentum) * x.var((0, 2, 3))
