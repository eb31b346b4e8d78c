# %% accepted: channel_by_channel
def load_batch(pictures):
    images = []
    for picture in pictures:
        channels = [torch.as_tensor(picture[:, :, c].astype(np.float32)) / 255 for c in range(3)]
        images.append(torch.stack(channels))
    return torch.stack(images)

# %% accepted: numpy_moveaxis
def load_batch(pictures):
    stacked = np.moveaxis(np.asarray(pictures), -1, 1).astype("float32")
    return torch.from_numpy(np.ascontiguousarray(stacked / np.float32(255)))

# %% accepted: one_by_one
def load_batch(pictures):
    return torch.stack([torch.tensor(picture).permute(2, 0, 1) for picture in pictures]).float() / 255

# %% wrong: bgr
# step: pictures, misconception: channels-reversed
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.permute(0, 3, 1, 2).flip(1).to(torch.float32) / 255

# %% wrong: bytes
# step: values, misconception: dtype
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.permute(0, 3, 1, 2)

# %% wrong: channels_last
# step: pictures, misconception: axes-not-moved
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.to(torch.float32).to(memory_format=torch.channels_last) / 255

# %% wrong: first_picture
# step: pictures, misconception: shape
def load_batch(pictures):
    return torch.from_numpy(pictures[0]).permute(2, 0, 1)[None].float() / 255

# %% wrong: float64
# step: values, misconception: dtype
def load_batch(pictures):
    return torch.from_numpy(np.stack(pictures) / 255).permute(0, 3, 1, 2)

# %% wrong: list
# step: pictures, misconception: type
def load_batch(pictures):
    return [torch.from_numpy(p).permute(2, 0, 1).float() / 255 for p in pictures]

# %% wrong: nhwc
# step: pictures, misconception: axes-not-moved
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.to(torch.float32) / 255

# %% wrong: not_scaled
# step: values, misconception: not-scaled
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.permute(0, 3, 1, 2).to(torch.float32)

# %% wrong: numpy_reshape
# step: pictures, misconception: reshape-for-permute
def load_batch(pictures):
    batch = np.stack(pictures)
    n, h, w, c = batch.shape
    return torch.from_numpy(batch.reshape(n, c, h, w)).float() / 255

# %% wrong: numpy_t
# step: pictures, misconception: axes-reversed
def load_batch(pictures):
    return torch.from_numpy(np.stack(pictures).T.copy()).float() / 255

# %% wrong: own_maximum
# step: values, misconception: scaled-by-own-maximum
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    batch = batch.permute(0, 3, 1, 2).float()
    return batch / batch.max()

# %% wrong: permute_not_kept
# step: pictures, misconception: axes-not-moved
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    batch.permute(0, 3, 1, 2)
    return batch.to(torch.float32) / 255

# %% wrong: permute_then_reshape
# step: pictures, misconception: swapped-then-reshaped
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    n, h, w, c = batch.shape
    return batch.permute(0, 3, 2, 1).reshape(n, c, h, w).to(torch.float32) / 255

# %% wrong: reshape
# step: pictures, misconception: reshape-for-permute
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    n, h, w, c = batch.shape
    return batch.reshape(n, c, h, w).to(torch.float32) / 255

# %% wrong: reshape_each
# step: pictures, misconception: reshape-for-permute
def load_batch(pictures):
    h, w, c = pictures[0].shape
    return torch.stack([torch.from_numpy(p).view(c, h, w) for p in pictures]).float() / 255

# %% wrong: reversed_order
# step: pictures, misconception: values
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.flip(0).permute(0, 3, 1, 2).float() / 255

# %% wrong: sideways
# step: pictures, misconception: height-width-swapped
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.permute(0, 3, 2, 1).to(torch.float32) / 255

# %% wrong: square_guess
# step: sizes, misconception: axes-not-moved
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    if batch.shape[1] == 3:
        return batch.float() / 255
    return batch.permute(0, 3, 1, 2).float() / 255

# %% wrong: squeezed
# step: sizes, misconception: shape
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.permute(0, 3, 1, 2).float().div(255).squeeze(0)

# %% wrong: transpose
# step: pictures, misconception: height-width-swapped
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.transpose(1, 3).to(torch.float32) / 255

# %% wrong: first_picture_only
# step: pictures, misconception: shape
def load_batch(pictures):
    picture = torch.from_numpy(pictures[0])
    return picture.permute(2, 0, 1)[None].float() / 255

# %% wrong: cat_for_stack
# step: pictures, misconception: shape
def load_batch(pictures):
    return torch.cat([torch.from_numpy(p).permute(2, 0, 1).float() / 255 for p in pictures])
