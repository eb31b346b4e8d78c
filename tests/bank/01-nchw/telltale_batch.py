# %% accepted: counting
def telltale_batch(shape):
    count = shape[0] * shape[1] * shape[2] * shape[3]
    return (torch.arange(count) % 251).to(torch.uint8).reshape(shape)

# %% accepted: one_red_corner
def telltale_batch(shape):
    batch = torch.zeros(shape, dtype=torch.uint8)
    batch[:, 0, 1, 0] = 255  # the second pixel of the first row, in the first channel only
    return batch

# %% accepted: random_numpy
def telltale_batch(shape):
    return torch.from_numpy(np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8))

# %% wrong: fixed_shape
# step: shape, misconception: shape
def telltale_batch(shape):
    return torch.randint(0, 256, (2, 5, 7, 3), dtype=torch.uint8)

# %% wrong: floats
# step: shape, misconception: dtype
def telltale_batch(shape):
    return torch.rand(shape)

# %% wrong: grey
# step: tells, misconception: hides-reshape-for-permute
def telltale_batch(shape):
    return torch.full(shape, 128, dtype=torch.uint8)

# %% wrong: grey_noise
# step: tells, misconception: hides-channels-reversed
def telltale_batch(shape):
    return torch.randint(0, 256, (*shape[:3], 1), dtype=torch.uint8).expand(shape)

# %% wrong: nchw
# step: shape, misconception: nchw-for-nhwc
def telltale_batch(shape):
    n, h, w, c = shape
    return torch.randint(0, 256, (n, c, h, w), dtype=torch.uint8)

# %% wrong: no_return
# step: shape, misconception: missing-return
def telltale_batch(shape):
    torch.randint(0, 256, shape, dtype=torch.uint8)

# %% wrong: one_colour
# step: tells, misconception: hides-height-width-swapped
def telltale_batch(shape):
    colour = torch.arange(1, shape[-1] + 1, dtype=torch.uint8)
    return colour.expand(shape).clone()

# %% wrong: one_picture
# step: shape, misconception: shape
def telltale_batch(shape):
    return torch.randint(0, 256, shape[1:], dtype=torch.uint8)

# %% wrong: symmetric
# step: tells, misconception: hides-height-width-swapped
def telltale_batch(shape):
    n, h, w, c = shape
    rows, columns = torch.arange(h)[:, None, None], torch.arange(w)[None, :, None]
    return (10 * (rows + columns) + 3 * torch.arange(c)).to(torch.uint8).expand(shape)

# %% wrong: white_corner, an edit of one_red_corner
# step: tells, misconception: hides-height-width-swapped
#-     batch[:, 0, 1, 0] = 255  # the second pixel of the first row, in the first channel only
#+     batch[:, 0, 0, :] = 255

# %% wrong: zeros
# step: tells, misconception: hides-reshape-for-permute
def telltale_batch(shape):
    return torch.zeros(shape, dtype=torch.uint8)
