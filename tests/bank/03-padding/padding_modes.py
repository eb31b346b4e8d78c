# %% accepted: lists
def old_position(i, size, mode):
    if 0 <= i < size:
        return i
    if mode == "circular":
        return i - size if i >= size else i + size
    if mode == "replicate":
        return 0 if i < 0 else size - 1
    return -i if i < 0 else 2 * (size - 1) - i


def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    rows = [old_position(i, height, mode) for i in range(-pad, height + pad)]
    columns = [old_position(i, width, mode) for i in range(-pad, width + pad)]
    y = x[..., rows, :][..., columns]
    if mode == "zeros":
        y[..., :pad, :] = 0
        y[..., pad + height :, :] = 0
        y[..., :, :pad] = 0
        y[..., :, pad + width :] = 0
    return y

# %% accepted: positions
def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    if mode == "zeros":
        y = x.new_zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
        y[..., pad : pad + height, pad : pad + width] = x
        return y
    rows, columns = torch.arange(-pad, height + pad), torch.arange(-pad, width + pad)
    if mode == "replicate":
        rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
    if mode == "circular":
        rows, columns = rows % height, columns % width
    if mode == "reflect":
        rows = height - 1 - (height - 1 - rows.abs()).abs()
        columns = width - 1 - (width - 1 - columns.abs()).abs()
    return x[..., rows[:, None], columns]

# %% accepted: strips
def pad_by_hand(x, pad, mode):
    for axis in (-1, -2):
        size = x.shape[axis]
        if mode == "zeros":
            before = after = torch.zeros_like(x.narrow(axis, 0, pad))
        elif mode == "reflect":
            before = x.narrow(axis, 1, pad).flip(axis)
            after = x.narrow(axis, size - 1 - pad, pad).flip(axis)
        elif mode == "replicate":
            before = x.narrow(axis, 0, 1).repeat_interleave(pad, axis)
            after = x.narrow(axis, size - 1, 1).repeat_interleave(pad, axis)
        elif mode == "circular":
            before, after = x.narrow(axis, size - pad, pad), x.narrow(axis, 0, pad)
        x = torch.cat([before, x, after], dim=axis)
    return x

# %% wrong: all_but_zeros, an edit of positions
# step: zeros, misconception: unfinished, credit: 0.75
#-         y = x.new_zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
#-         y[..., pad : pad + height, pad : pad + width] = x
#-         return y
#+         raise NotImplementedError

# %% wrong: border_twice, an edit of positions
# step: reflect, misconception: reflect-repeats-border, credit: 0.75
#-         rows = height - 1 - (height - 1 - rows.abs()).abs()
#-         columns = width - 1 - (width - 1 - columns.abs()).abs()
#+         rows = torch.where(rows < 0, -rows - 1, torch.where(rows >= height, 2 * height - 1 - rows, rows))
#+         columns = torch.where(columns < 0, -columns - 1, torch.where(columns >= width, 2 * width - 1 - columns, columns))

# %% wrong: circular_minus_zero, an edit of strips
# step: circular, misconception: minus-zero-slice, credit: 0.75
#-             before, after = x.narrow(axis, size - pad, pad), x.narrow(axis, 0, pad)
#+             moved = x.transpose(axis, -1)
#+             before, after = moved[..., -pad:].transpose(axis, -1), moved[..., :pad].transpose(axis, -1)

# %% wrong: circular_only
# step: zeros, misconception: raised, credit: 0.25
def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    if mode == "zeros":
        pass
    rows, columns = torch.arange(-pad, height + pad), torch.arange(-pad, width + pad)
    if mode == "replicate":
        pass
    if mode == "circular":
        rows, columns = rows % height, columns % width
    if mode == "reflect":
        pass
    return x[..., rows[:, None], columns]

# %% wrong: circular_sides, an edit of strips
# step: circular, misconception: sides-swapped, credit: 0.75
#-             before, after = x.narrow(axis, size - pad, pad), x.narrow(axis, 0, pad)
#+             before, after = x.narrow(axis, 0, pad), x.narrow(axis, size - pad, pad)

# %% wrong: columns_only, an edit of strips
# step: size, misconception: one-axis-only, credit: 0
#-     for axis in (-1, -2):
#+     for axis in (-1,):

# %% wrong: corners
# step: reflect, misconception: corners-left-empty, credit: 0.25
def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    y = x.new_zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
    y[..., pad : pad + height, pad : pad + width] = x
    rule = {
        "circular": lambda i, size: i % size,
        "replicate": lambda i, size: min(max(i, 0), size - 1),
        "reflect": lambda i, size: size - 1 - abs(size - 1 - abs(i)),
    }.get(mode)
    if rule:
        for i in [*range(-pad, 0), *range(height, height + pad)]:
            y[..., pad + i, pad : pad + width] = x[..., rule(i, height), :]
        for i in [*range(-pad, 0), *range(width, width + pad)]:
            y[..., pad : pad + height, pad + i] = x[..., :, rule(i, width)]
    return y

# %% wrong: float_result
# step: zeros, misconception: dtype, credit: 0
def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    y = torch.zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
    y[..., pad : pad + height, pad : pad + width] = x
    if mode == "zeros":
        return y
    for size, axis in ((height, -2), (width, -1)):
        for i in [*range(pad), *range(pad + size, size + 2 * pad)]:
            j = i - pad
            old = {"circular": j % size, "replicate": min(max(j, 0), size - 1), "reflect": size - 1 - abs(size - 1 - abs(j))}[mode]
            y.select(axis, i).copy_(y.select(axis, old + pad))
    return y

# %% wrong: four_axes_only
# step: zeros, misconception: raised, credit: 0
def pad_by_hand(x, pad, mode):
    images, channels, height, width = x.shape
    if mode == "zeros":
        y = torch.zeros(images, channels, height + 2 * pad, width + 2 * pad, dtype=x.dtype)
        y[:, :, pad : pad + height, pad : pad + width] = x
        return y
    rows, columns = torch.arange(-pad, height + pad), torch.arange(-pad, width + pad)
    if mode == "replicate":
        rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
    elif mode == "circular":
        rows, columns = rows % height, columns % width
    else:
        rows = height - 1 - (height - 1 - rows.abs()).abs()
        columns = width - 1 - (width - 1 - columns.abs()).abs()
    return x[:, :, rows[:, None], columns]

# %% wrong: minus_zero
# step: zeros, misconception: minus-zero-slice, credit: 0.5
def pad_by_hand(x, pad, mode):
    if mode == "zeros":
        y = x.new_zeros(*x.shape[:-2], x.shape[-2] + 2 * pad, x.shape[-1] + 2 * pad)
        y[..., pad:-pad, pad:-pad] = x
        return y
    for axis in (-1, -2):
        x = x.transpose(axis, -1)
        if mode == "circular":
            x = torch.cat([x[..., -pad:], x, x[..., :pad]], dim=-1)
        elif mode == "replicate":
            x = torch.cat([x[..., :1]] * pad + [x] + [x[..., -1:]] * pad, dim=-1)
        else:
            x = torch.cat([x[..., 1 : pad + 1].flip(-1), x, x[..., -pad - 1 : -1].flip(-1)], dim=-1)
        x = x.transpose(axis, -1)
    return x

# %% wrong: numpy_pad
# step: zeros, misconception: ready-made-pad, credit: 0
import numpy as np


def pad_by_hand(x, pad, mode):
    names = dict(zeros="constant", reflect="reflect", replicate="edge", circular="wrap")
    widths = [(0, 0)] * (x.ndim - 2) + [(pad, pad), (pad, pad)]
    return torch.from_numpy(np.pad(x.numpy(), widths, mode=names[mode]))

# %% wrong: reflect_not_flipped, an edit of strips
# step: reflect, misconception: values, credit: 0.75
#-             before = x.narrow(axis, 1, pad).flip(axis)
#+             before = x.narrow(axis, 1, pad)

# %% wrong: square_only, an edit of positions
# step: size, misconception: raised, credit: 0
#-     height, width = x.shape[-2:]
#+     height = width = x.shape[-1]

# %% wrong: torch_names
# step: zeros, misconception: mode-name, credit: 0
def pad_by_hand(x, pad, mode):
    return F.pad(x, (pad, pad, pad, pad), mode=mode)

# %% wrong: torch_pad
# step: zeros, misconception: ready-made-pad, credit: 0
def pad_by_hand(x, pad, mode):
    return F.pad(x, (pad, pad, pad, pad), mode="constant" if mode == "zeros" else mode)

# %% wrong: zeros_by_a_layer, an edit of positions
# step: zeros, misconception: ready-made-pad, credit: 0.75
#-         y = x.new_zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
#-         y[..., pad : pad + height, pad : pad + width] = x
#-         return y
#+         return nn.ZeroPad2d(pad)(x)

# %% wrong: circular_by_torch, an edit of positions
# step: circular, misconception: ready-made-pad, credit: 0.75
#-     if mode == "circular":
#-         rows, columns = rows % height, columns % width
#+     if mode == "circular":
#+         return F.pad(x, (pad,) * 4, mode="circular")

# %% wrong: zeros_only
# step: reflect, misconception: other-mode, credit: 0.25
def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    y = x.new_zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
    y[..., pad : pad + height, pad : pad + width] = x
    return y
