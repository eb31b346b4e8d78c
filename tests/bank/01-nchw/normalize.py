# %% accepted: batch_norm
def normalize(x, mean, std):
    return nn.functional.batch_norm(x, mean, std**2, eps=0.0)

# %% accepted: channels_to_the_end
def normalize(x, mean, std):
    return ((x.movedim(1, -1) - mean) / std).movedim(-1, 1)

# %% accepted: loop
def normalize(x, mean, std):
    result = torch.empty_like(x)
    for c in range(x.shape[1]):
        result[:, c] = (x[:, c] - mean[c]) / std[c]
    return result

# %% accepted: none_index
def normalize(x, mean, std):
    return (x - mean[None, :, None, None]) / std[None, :, None, None]

# %% wrong: added
# step: channels, misconception: mean-added
def normalize(x, mean, std):
    return (x + mean[:, None, None]) / std[:, None, None]

# %% wrong: divided_first
# step: channels, misconception: divided-first
def normalize(x, mean, std):
    return x / std[:, None, None] - mean[:, None, None]

# %% wrong: first_image
# step: channels, misconception: values
def normalize(x, mean, std):
    result = x.clone()
    result[0] = (x[0] - mean[:, None, None]) / std[:, None, None]
    return result

# %% wrong: five_axes
# step: channels, misconception: raised
def normalize(x, mean, std):
    return (x - mean[:, None, None, None]) / std[:, None, None, None]

# %% wrong: half_in_place
# step: channels, misconception: mutates-input
def normalize(x, mean, std):
    x.sub_(mean.view(-1, 1, 1))
    return x / std.view(-1, 1, 1)

# %% wrong: images
# step: square, misconception: broadcast-images
def normalize(x, mean, std):
    if len(x) == len(mean):
        return (x - mean.view(-1, 1, 1, 1)) / std.view(-1, 1, 1, 1)
    return (x - mean[:, None, None]) / std[:, None, None]

# %% wrong: in_place
# step: channels, misconception: mutates-input
def normalize(x, mean, std):
    x -= mean[:, None, None]
    x /= std[:, None, None]
    return x

# %% wrong: instance_norm
# step: channels, misconception: values
def normalize(x, mean, std):
    return nn.functional.instance_norm(x)

# %% wrong: large_epsilon
# step: channels, misconception: values
def normalize(x, mean, std):
    return (x - mean[:, None, None]) / (std[:, None, None] + 0.01)

# %% wrong: multiplied
# step: channels, misconception: multiplied-by-std
def normalize(x, mean, std):
    return (x - mean[:, None, None]) * std[:, None, None]

# %% wrong: no_axes
# step: channels, misconception: raised
def normalize(x, mean, std):
    return (x - mean) / std

# %% wrong: no_axes_mended_by_width
# step: square, misconception: broadcast-last-axis
def normalize(x, mean, std):
    if x.shape[-1] == x.shape[1]:
        return (x - mean) / std
    return (x - mean[:, None, None]) / std[:, None, None]

# %% wrong: not_centred
# step: channels, misconception: not-centred
def normalize(x, mean, std):
    return x / std[:, None, None]

# %% wrong: not_divided
# step: channels, misconception: not-divided
def normalize(x, mean, std):
    return x - mean[:, None, None]

# %% wrong: one_mean
# step: channels, misconception: one-mean-for-all
def normalize(x, mean, std):
    return (x - mean.mean()) / std.mean()

# %% wrong: own_statistics
# step: channels, misconception: own-statistics
def normalize(x, mean, std):
    return (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), keepdim=True)

# %% wrong: precedence
# step: channels, misconception: precedence
def normalize(x, mean, std):
    return x - mean[:, None, None] / std[:, None, None]

# %% wrong: reshape
# step: channels, misconception: reshape-for-permute
def normalize(x, mean, std):
    n, c, h, w = x.shape
    return ((x.reshape(n, h, w, c) - mean) / std).reshape(n, c, h, w)

# %% wrong: root
# step: channels, misconception: variance-for-std
def normalize(x, mean, std):
    return (x - mean[:, None, None]) / std[:, None, None].sqrt()

# %% wrong: rows
# step: square, misconception: broadcast-rows
def normalize(x, mean, std):
    if x.shape[2] == x.shape[1]:
        return (x - mean[:, None]) / std[:, None]
    return (x - mean[:, None, None]) / std[:, None, None]

# %% wrong: three_channels
# step: square, misconception: values
def normalize(x, mean, std):
    result = x.clone()
    for c in range(3):
        result[:, c] = (x[:, c] - mean[c]) / std[c]
    return result

# %% wrong: variance
# step: channels, misconception: variance-for-std
def normalize(x, mean, std):
    return (x - mean[:, None, None]) / std[:, None, None] ** 2
