# %% accepted: rolls
def shift_error(layer, x, rows, columns):
    y = layer(x)
    of_shifted = layer(x.roll((rows, columns), dims=(2, 3)))
    down, right = round(x.shape[2] / y.shape[2]), round(x.shape[3] / y.shape[3])
    shifted = y.roll((rows // down, columns // right), dims=(2, 3))
    height, width = y.shape[2:]
    difference = (of_shifted - shifted).abs()
    return difference[:, :, height // 4 : height - height // 4, width // 4 : width - width // 4].max().item()

# %% accepted: gathered
def shift_error(layer, x, rows, columns):
    with torch.no_grad():
        y = layer(x)
        moved = layer(torch.roll(torch.roll(x, rows, 2), columns, 3))
    worst = 0.0
    height, width = y.shape[2:]
    down, right = round(x.shape[2] / height), round(x.shape[3] / width)
    for row in range(height // 4, height - height // 4):
        for column in range(width // 4, width - width // 4):
            other = y[:, :, (row - rows // down) % height, (column - columns // right) % width]
            worst = max(worst, (moved[:, :, row, column] - other).abs().max().item())
    return worst

# %% accepted: indexed
def shift_error(layer, x, rows, columns):
    old_rows = (torch.arange(x.shape[2]) - rows) % x.shape[2]
    old_columns = (torch.arange(x.shape[3]) - columns) % x.shape[3]
    y, moved = layer(x), layer(x[:, :, old_rows][..., old_columns])
    steps = [round(a / b) for a, b in zip(x.shape[2:], y.shape[2:])]
    shifted = torch.roll(y, (rows // steps[0], columns // steps[1]), (2, 3))
    top, left = y.shape[2] // 4, y.shape[3] // 4
    inside = (..., slice(top, y.shape[2] - top), slice(left, y.shape[3] - left))
    return float(torch.linalg.vector_norm((moved - shifted)[inside].detach(), ord=float("inf")))

# %% wrong: axes_swapped, an edit of rolls
# step: places, misconception: axes-swapped
#-     of_shifted = layer(x.roll((rows, columns), dims=(2, 3)))
#+     rows, columns = columns, rows
#+     of_shifted = layer(x.roll((rows, columns), dims=(2, 3)))

# %% wrong: output_axes_swapped, an edit of rolls
# step: convolution, misconception: axes-swapped
#-     shifted = y.roll((rows // down, columns // right), dims=(2, 3))
#+     shifted = y.roll((rows // down, columns // right), dims=(3, 2))

# %% wrong: border_counted, an edit of rolls
# step: convolution, misconception: border-counted
#-     return difference[:, :, height // 4 : height - height // 4, width // 4 : width - width // 4].max().item()
#+     return difference.max().item()

# %% wrong: channels_shifted, an edit of rolls
# step: convolution, misconception: other-axes
#-     of_shifted = layer(x.roll((rows, columns), dims=(2, 3)))
#+     of_shifted = layer(x.roll((rows, columns), dims=(1, 2)))
# ...
#-     shifted = y.roll((rows // down, columns // right), dims=(2, 3))
#+     shifted = y.roll((rows // down, columns // right), dims=(1, 2))

# %% wrong: first_image, an edit of rolls
# step: places, misconception: first-image-only
#-     difference = (of_shifted - shifted).abs()
#+     difference = (of_shifted - shifted).abs()[:1]

# %% wrong: input_not_shifted, an edit of rolls
# step: convolution, misconception: one-shift-missing
#-     of_shifted = layer(x.roll((rows, columns), dims=(2, 3)))
#+     x.roll((rows, columns), dims=(2, 3))
#+     of_shifted = layer(x)

# %% wrong: mean, an edit of rolls
# step: places, misconception: mean-for-max
#-     return difference[:, :, height // 4 : height - height // 4, width // 4 : width - width // 4].max().item()
#+     return difference[:, :, height // 4 : height - height // 4, width // 4 : width - width // 4].mean().item()

# %% wrong: no_abs, an edit of rolls
# step: places, misconception: sign-kept
#-     difference = (of_shifted - shifted).abs()
#+     difference = of_shifted - shifted

# %% wrong: opposite, an edit of rolls
# step: convolution, misconception: opposite-shift
#-     shifted = y.roll((rows // down, columns // right), dims=(2, 3))
#+     shifted = y.roll((-(rows // down), -(columns // right)), dims=(2, 3))

# %% wrong: output_not_shifted, an edit of rolls
# step: convolution, misconception: one-shift-missing
#-     shifted = y.roll((rows // down, columns // right), dims=(2, 3))
#+     shifted = y

# %% wrong: squares, an edit of rolls
# step: places, misconception: squared
#-     difference = (of_shifted - shifted).abs()
#+     difference = (of_shifted - shifted) ** 2

# %% wrong: step_forgotten, an edit of rolls
# step: steps, misconception: step-forgotten
#-     shifted = y.roll((rows // down, columns // right), dims=(2, 3))
#+     shifted = y.roll((rows, columns), dims=(2, 3))

# %% wrong: sum_of_all, an edit of rolls
# step: places, misconception: sum-for-max
#-     return difference[:, :, height // 4 : height - height // 4, width // 4 : width - width // 4].max().item()
#+     return difference[:, :, height // 4 : height - height // 4, width // 4 : width - width // 4].sum().item()

# %% wrong: tensor, an edit of rolls
# step: convolution, misconception: tensor-for-float
#-     return difference[:, :, height // 4 : height - height // 4, width // 4 : width - width // 4].max().item()
#+     return difference[:, :, height // 4 : height - height // 4, width // 4 : width - width // 4].max()

# %% wrong: zero
# step: places, misconception: always-zero
def shift_error(layer, x, rows, columns):
    return 0.0

# %% wrong: rounded_to_zero
# step: steps, misconception: rounded-to-zero
def shift_error(layer, x, rows, columns):
    y = layer(x)
    sh, sw = round(x.shape[2] / y.shape[2]), round(x.shape[3] / y.shape[3])
    after = layer(torch.roll(x, (rows, columns), (2, 3)))
    moved = torch.roll(y, (int(rows / sh), int(columns / sw)), (2, 3))
    h, w = y.shape[2:]
    a, b = h // 4, w // 4
    return float((after - moved)[:, :, a:h - a, b:w - b].abs().max())
