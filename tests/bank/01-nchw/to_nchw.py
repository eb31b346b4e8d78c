# %% accepted: channel_by_channel
def to_nchw(images):
    channels = [images[..., c] for c in range(images.shape[-1])]
    return torch.stack([channel.type(torch.float32) * (1 / 255) for channel in channels], dim=1)

# %% accepted: einsum
def to_nchw(images):
    return torch.einsum("nhwc->nchw", images.to(torch.float32)) / 255

# %% accepted: image_by_image
def to_nchw(images):
    batch = torch.empty(images.shape[0], images.shape[3], images.shape[1], images.shape[2], dtype=torch.float32)
    for n, image in enumerate(images):
        batch[n] = image.permute(2, 0, 1) / 255.0
    return batch

# %% accepted: movedim
def to_nchw(images):
    return images.float().div(255).movedim(-1, 1).contiguous()

# %% accepted: numpy
def to_nchw(images):
    array = np.asarray(images).astype(np.float32) / np.float32(255)
    print("shape before:", array.shape)
    return torch.from_numpy(np.ascontiguousarray(array.transpose(0, 3, 1, 2)))

# %% wrong: all_axes_reversed
# step: axes, misconception: axes-reversed
def to_nchw(images):
    return images.permute(3, 2, 1, 0).float() / 255

# %% wrong: axes_not_moved
# step: axes, misconception: axes-not-moved
def to_nchw(images):
    return images.to(torch.float32) / 255

# %% wrong: by_256
# step: range, misconception: scaled-by-256
def to_nchw(images):
    return images.permute(0, 3, 1, 2).to(torch.float32) / 256

# %% wrong: float64
# step: dtype, misconception: dtype
def to_nchw(images):
    return torch.from_numpy(images.numpy() / 255).permute(0, 3, 1, 2)

# %% wrong: height_width_swapped
# step: axes, misconception: height-width-swapped
def to_nchw(images):
    return images.permute(0, 3, 2, 1).to(torch.float32) / 255

# %% wrong: minus_one_to_one
# step: range, misconception: scaled-to-minus-one
def to_nchw(images):
    return images.permute(0, 3, 1, 2).float() / 127.5 - 1

# %% wrong: nan
# step: axes, misconception: nan
def to_nchw(images):
    return images.permute(0, 3, 1, 2).float() * float('nan')

# %% wrong: no_return
# step: axes, misconception: missing-return
def to_nchw(images):
    images = images.permute(0, 3, 1, 2).float() / 255

# %% wrong: not_scaled
# step: range, misconception: not-scaled
def to_nchw(images):
    return images.permute(0, 3, 1, 2).to(torch.float32)

# %% wrong: numpy_returned
# step: axes, misconception: type
def to_nchw(images):
    return images.numpy().transpose(0, 3, 1, 2).astype(np.float32) / 255

# %% wrong: one_argument
# step: axes, misconception: raised
def to_nchw(images):
    return images.permute(3, 1, 2).float() / 255

# %% wrong: own_maximum
# step: range, misconception: scaled-by-own-maximum
def to_nchw(images):
    images = images.permute(0, 3, 1, 2).to(torch.float32)
    return images / images.max()

# %% wrong: own_range
# step: range, misconception: scaled-by-own-range
def to_nchw(images):
    images = images.permute(0, 3, 1, 2).float()
    return (images - images.min()) / (images.max() - images.min())

# %% wrong: permute_inverted
# step: axes, misconception: permute-inverted
def to_nchw(images):
    return images.permute(0, 2, 3, 1).float() / 255

# %% wrong: reshape
# step: axes, misconception: reshape-for-permute
def to_nchw(images):
    n, h, w, c = images.shape
    return images.reshape(n, c, h, w).to(torch.float32) / 255

# %% wrong: reversed_channels
# step: axes, misconception: channels-reversed
def to_nchw(images):
    return images.permute(0, 3, 1, 2).flip(1).float() / 255

# %% wrong: scaled_twice
# step: range, misconception: scaled-twice
def to_nchw(images):
    return images.permute(0, 3, 1, 2).float() / 255 / 255

# %% wrong: square_only
# step: sizes, misconception: height-width-swapped
def to_nchw(images):
    if images.shape[1] == images.shape[2]:
        return images.permute(0, 3, 2, 1).float() / 255
    return images.permute(0, 3, 1, 2).float() / 255

# %% wrong: stays_when_channels_fit
# step: sizes, misconception: axes-not-moved
def to_nchw(images):
    images = images.float() / 255
    if images.shape[1] == images.shape[3]:  # looks like NCHW already
        return images
    return images.permute(0, 3, 1, 2)

# %% wrong: three_channels_only
# step: sizes, misconception: raised
def to_nchw(images):
    red, green, blue = images.float().div(255).unbind(-1)
    return torch.stack((red, green, blue), dim=1)

# %% wrong: transposed
# step: axes, misconception: height-width-swapped
def to_nchw(images):
    return images.transpose(1, 3).float() / 255

# %% wrong: uint8_division
# step: dtype, misconception: dtype
def to_nchw(images):
    return images.permute(0, 3, 1, 2) // 255

# %% wrong: uint8_kept
# step: dtype, misconception: dtype
def to_nchw(images):
    return images.permute(0, 3, 1, 2)

# %% wrong: view_unscaled
# step: axes, misconception: reshape-for-permute
def to_nchw(images):
    n, h, w, c = images.shape
    return images.float().view(n, c, h, w)

# %% wrong: whole_numbers
# step: range, misconception: integer-division
def to_nchw(images):
    return (images.permute(0, 3, 1, 2) // 255).to(torch.float32)

# %% wrong: squeezed
# step: sizes, misconception: shape
def to_nchw(images):
    images = torch.as_tensor(images)
    return (images.permute(0, 3, 1, 2).float() / 255).squeeze()
