# %% accepted: flatten
def channel_means(x):
    return x.transpose(0, 1).flatten(1).mean(dim=1)

# %% accepted: loop
def channel_means(x):
    return torch.stack([x[:, c].mean() for c in range(x.shape[1])])

# %% accepted: mean_of_means
def channel_means(x):
    return x.mean(-1).mean(-1).mean(0)

# %% accepted: numpy
def channel_means(x):
    return torch.from_numpy(x.numpy().mean(axis=(0, 2, 3)))

# %% accepted: sums
def channel_means(x):
    n, c, h, w = x.shape
    return torch.einsum("nchw->c", x) / (n * h * w)

# %% wrong: divided_by_images
# step: one-each, misconception: divided-by-part
def channel_means(x):
    return x.sum(dim=(0, 2, 3)) / len(x)

# %% wrong: divided_by_pixels
# step: one-each, misconception: divided-by-part
def channel_means(x):
    return x.sum(dim=(0, 2, 3)) / (x.shape[2] * x.shape[3])

# %% wrong: doubles
# step: one-each, misconception: dtype
def channel_means(x):
    return x.double().mean(dim=(0, 2, 3))

# %% wrong: first_image
# step: one-each, misconception: first-image-only
def channel_means(x):
    return x[0].mean(dim=(1, 2))

# %% wrong: images
# step: one-each, misconception: images-for-channels
def channel_means(x):
    return x.mean(dim=(1, 2, 3))

# %% wrong: keepdim
# step: one-each, misconception: keeps-axes
def channel_means(x):
    return x.mean(dim=(0, 2, 3), keepdim=True)

# %% wrong: list
# step: one-each, misconception: type
def channel_means(x):
    return [x[:, c].mean().item() for c in range(x.shape[1])]

# %% wrong: median
# step: one-each, misconception: values
def channel_means(x):
    return x.transpose(0, 1).flatten(1).median(dim=1).values

# %% wrong: nhwc
# step: one-each, misconception: last-axis-for-channels
def channel_means(x):
    return x.mean(dim=(0, 1, 2))

# %% wrong: no_return
# step: one-each, misconception: missing-return
def channel_means(x):
    x.mean(dim=(0, 2, 3))

# %% wrong: one_mean
# step: one-each, misconception: one-mean-for-all
def channel_means(x):
    return x.mean()

# %% wrong: per_image
# step: one-each, misconception: per-image-means
def channel_means(x):
    return x.mean(dim=(2, 3))

# %% wrong: reshape
# step: one-each, misconception: reshape-for-permute
def channel_means(x):
    return x.reshape(x.shape[1], -1).mean(dim=1)

# %% wrong: rows
# step: one-each, misconception: rows-for-channels
def channel_means(x):
    return x.mean(dim=(0, 1, 3))

# %% wrong: sum
# step: one-each, misconception: sum-for-mean
def channel_means(x):
    return x.sum(dim=(0, 2, 3))

# %% wrong: three_channels
# step: sizes, misconception: shape
def channel_means(x):
    return torch.stack([x[:, c].mean() for c in range(3)])

# %% wrong: mean_over_channels
# step: one-each, misconception: channels-averaged
def channel_means(x):
    return x.mean(dim=1)

# %% wrong: numpy_array
# step: one-each, misconception: type
def channel_means(x):
    return x.numpy().mean(axis=(0, 2, 3))
