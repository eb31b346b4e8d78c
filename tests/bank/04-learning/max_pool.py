# %% accepted: flattened_windows
def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def max_pool(x, kernel, stride=None, padding=0):
    kernel = pair(kernel)
    stride = kernel if stride is None else pair(stride)
    up, left = pair(padding)
    x = F.pad(x, (left, left, up, up), value=-float("inf"))
    windows = x.unfold(2, kernel[0], stride[0]).unfold(3, kernel[1], stride[1])
    return windows.flatten(start_dim=4).max(dim=4).values

# %% accepted: loops
def max_pool(x, kernel, stride=None, padding=0):
    stride = kernel if stride is None else stride
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    pooled = torch.zeros(*x.shape[:2], rows, columns)
    for row in range(rows):
        for column in range(columns):
            window = x[:, :, row * sh : row * sh + kh, column * sw : column * sw + kw]
            pooled[:, :, row, column] = window.amax(dim=(2, 3))
    return pooled

# %% accepted: shifted_copies
def max_pool(x, kernel, stride=None, padding=0):
    def two(value):
        return (value, value) if isinstance(value, int) else value

    (kh, kw), (ph, pw) = two(kernel), two(padding)
    sh, sw = two(kernel if stride is None else stride)
    border = x.new_full((x.shape[0], x.shape[1], x.shape[2] + 2 * ph, x.shape[3] + 2 * pw), float("-inf"))
    border[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]] = x
    rows, columns = (border.shape[2] - kh) // sh + 1, (border.shape[3] - kw) // sw + 1
    copies = [
        border[:, :, u : u + (rows - 1) * sh + 1 : sh, v : v + (columns - 1) * sw + 1 : sw] for u in range(kh) for v in range(kw)
    ]
    best = copies[0]
    for copy in copies[1:]:
        best = torch.maximum(best, copy)
    return best

# %% accepted: unfolded
def max_pool(x, kernel, stride=None, padding=0):
    n, c, height, width = x.shape
    stride = kernel if stride is None else stride
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x.reshape(n * c, 1, height, width), (pw, pw, ph, ph), value=float("-inf"))
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    return F.unfold(x, (kh, kw), stride=(sh, sw)).amax(1).reshape(n, c, rows, columns)

# %% wrong: average, an edit of loops
# step: by-hand, misconception: mean-for-max
#-             pooled[:, :, row, column] = window.amax(dim=(2, 3))
#+             pooled[:, :, row, column] = window.mean(dim=(2, 3))

# %% wrong: calls_torch
# step: by-hand, misconception: uses-torch-pooling
def max_pool(x, kernel, stride=None, padding=0):
    return F.max_pool2d(x, kernel, stride, padding)

# %% wrong: calls_torch_after_padding, an edit of flattened_windows
# step: by-hand, misconception: uses-torch-pooling
#-     windows = x.unfold(2, kernel[0], stride[0]).unfold(3, kernel[1], stride[1])
#-     return windows.flatten(start_dim=4).max(dim=4).values
#+     return nn.MaxPool2d(kernel, stride)(x)

# %% wrong: channels_together, an edit of loops
# step: maps, misconception: max-over-channels
#-             pooled[:, :, row, column] = window.amax(dim=(2, 3))
#+             pooled[:, :, row, column] = window.amax(dim=(1, 2, 3))[:, None]

# %% wrong: everything_together, an edit of loops
# step: maps, misconception: max-over-batch
#-             pooled[:, :, row, column] = window.amax(dim=(2, 3))
#+             pooled[:, :, row, column] = window.max()

# %% wrong: first_entry_for_both, an edit of loops
# step: pairs, misconception: height-for-width
#-     kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
#-     sh, sw = (stride, stride) if isinstance(stride, int) else stride
#-     ph, pw = (padding, padding) if isinstance(padding, int) else padding
#+     kh = kw = kernel if isinstance(kernel, int) else kernel[0]
#+     sh = sw = stride if isinstance(stride, int) else stride[0]
#+     ph = pw = padding if isinstance(padding, int) else padding[0]

# %% wrong: first_image, an edit of loops
# step: maps, misconception: one-image-only
#-     return pooled
#+     return pooled[:1]

# %% wrong: indices, an edit of flattened_windows
# step: by-hand, misconception: indices-for-values
#-     return windows.flatten(start_dim=4).max(dim=4).values
#+     return windows.flatten(start_dim=4).argmax(dim=4)

# %% wrong: ints_only
# step: pairs, misconception: pairs-refused
def max_pool(x, kernel, stride=None, padding=0):
    stride = stride or kernel
    x = F.pad(x, (padding, padding, padding, padding), value=float("-inf"))
    return x.unfold(2, kernel, stride).unfold(3, kernel, stride).amax((-2, -1))

# %% wrong: largest_row, an edit of flattened_windows
# step: by-hand, misconception: one-axis
#-     return windows.flatten(start_dim=4).max(dim=4).values
#+     return windows.max(dim=-1).values

# %% wrong: no_plus_one, an edit of loops
# step: by-hand, misconception: no-plus-one
#-     rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
#+     rows, columns = (x.shape[2] - kh) // sh, (x.shape[3] - kw) // sw

# %% wrong: pads_with_zeros, an edit of loops
# step: padding, misconception: padding-wins
#-     x = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
#+     x = F.pad(x, (pw, pw, ph, ph))

# %% wrong: pads_columns_for_rows, an edit of loops
# step: pairs, misconception: height-width-swapped
#-     x = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
#+     x = F.pad(x, (ph, ph, pw, pw), value=float("-inf"))

# %% wrong: pairs_only, an edit of loops
# step: by-hand, misconception: pairs-refused
#-     kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
#+     kh, kw = kernel

# %% wrong: rounded_up, an edit of loops
# step: leftover, misconception: ceil-for-floor
#-     rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
#+     rows, columns = -(-(x.shape[2] - kh) // sh) + 1, -(-(x.shape[3] - kw) // sw) + 1

# %% wrong: one_row_of_each_window, an edit of loops
# step: by-hand, misconception: one-axis
#-             pooled[:, :, row, column] = window.amax(dim=(2, 3))
#+             pooled[:, :, row, column] = window[:, :, 0].amax(dim=2)

# %% wrong: smallest, an edit of loops
# step: by-hand, misconception: min-for-max
#-             pooled[:, :, row, column] = window.amax(dim=(2, 3))
#+             pooled[:, :, row, column] = window.amin(dim=(2, 3))

# %% wrong: stride_always_kernel, an edit of loops
# step: stride, misconception: stride-ignored
#-     stride = kernel if stride is None else stride
#+     stride = kernel

# %% wrong: stride_of_one, an edit of loops
# step: by-hand, misconception: stride-one
#-     stride = kernel if stride is None else stride
#+     stride = 1 if stride is None else stride

# %% wrong: stride_not_in_start, an edit of loops
# step: by-hand, misconception: stride-ignored-in-start
#-             window = x[:, :, row * sh : row * sh + kh, column * sw : column * sw + kw]
#+             window = x[:, :, row : row + kh, column : column + kw]

# %% wrong: tuple_of_values_and_indices, an edit of flattened_windows
# step: by-hand, misconception: type
#-     return windows.flatten(start_dim=4).max(dim=4).values
#+     return windows.flatten(start_dim=4).max(dim=4)

# %% wrong: very_small_number, an edit of loops
# step: padding, misconception: values
#-     x = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
#+     x = F.pad(x, (pw, pw, ph, ph), value=-1)

# %% wrong: zeros_above_only, an edit of loops
# step: padding, misconception: padding-on-one-side
#-     x = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
#+     x = F.pad(x, (pw, 0, ph, 0), value=float("-inf"))

# %% wrong: largest_twice, an edit of loops
# step: by-hand, misconception: indices-for-values
#-             pooled[:, :, row, column] = window.amax(dim=(2, 3))
#+             pooled[:, :, row, column] = window.max(dim=2).max(dim=2)

# %% wrong: max_over_two_axes, an edit of loops
# step: by-hand, misconception: indices-for-values
#-             pooled[:, :, row, column] = window.amax(dim=(2, 3))
#+             pooled[:, :, row, column] = window.max(dim=(2, 3))

# %% wrong: unfold_stride_first
# step: stride, misconception: stride-for-kernel
def max_pool(x, kernel, stride=None, padding=0):
    pair = lambda v: (v, v) if isinstance(v, int) else v
    kh, kw = pair(kernel)
    sh, sw = pair(stride or kernel)
    ph, pw = pair(padding)
    x = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
    return x.unfold(2, sh, kh).unfold(3, sw, kw).amax(dim=(-1, -2))
