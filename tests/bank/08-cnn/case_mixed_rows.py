# %% accepted: counted_first
def as_rows(x, in_features):
    n, c, h, w = x.shape
    if c * h * w == in_features:
        return x.reshape(n, -1)
    raise ValueError("%d * %d * %d is not %d" % (c, h, w, in_features))

# %% accepted: flatten
def as_rows(x, in_features):
    rows = x.flatten(1)
    if rows.shape[1] != in_features:
        raise ValueError(f"each image makes {rows.shape[1]} numbers, but the layer takes {in_features}")
    return rows

# %% accepted: stacked
class DoesNotFit(ValueError):
    pass


def as_rows(x, in_features):
    rows = torch.stack([image.contiguous().view(-1) for image in x])
    if not rows.size(1) == in_features:
        raise DoesNotFit(f"{tuple(x.shape[1:])} does not make {in_features}")
    return rows

# %% wrong: assert
# step: loud, misconception: other-error
def as_rows(x, in_features):
    rows = x.flatten(1)
    assert rows.shape[1] == in_features, rows.shape
    return rows

# %% wrong: channels_last
# step: rows, misconception: channels-last
def as_rows(x, in_features):
    if x[0].numel() != in_features:
        raise ValueError('does not fit')
    return x.permute(0, 2, 3, 1).flatten(1)

# %% wrong: columns_of_images
# step: rows, misconception: reshape-for-permute
def as_rows(x, in_features):
    if x[0].numel() != in_features:
        raise ValueError('does not fit')
    return x.reshape(in_features, len(x)).T

# %% wrong: cut
# step: loud, misconception: no-error
def as_rows(x, in_features):
    return x.flatten(1)[:, :in_features]

# %% wrong: divisible
# step: loud, misconception: other-error
def as_rows(x, in_features):
    if x.numel() % in_features:
        raise TypeError('does not fit')
    return x.reshape(-1, in_features)

# %% wrong: divisible_value_error
# step: mixed, misconception: rows-mixed
def as_rows(x, in_features):
    if x.numel() % in_features:
        raise ValueError('does not fit')
    return x.reshape(-1, in_features)

# %% wrong: filled_up
# step: loud, misconception: no-error
def as_rows(x, in_features):
    rows = x.flatten(1)
    return F.pad(rows, (0, in_features - rows.shape[1]))

# %% wrong: fixed_rows_runtime_error
# step: loud, misconception: other-error
def as_rows(x, in_features):
    return x.reshape(len(x), in_features)

# %% wrong: flattened_batch
# step: rows, misconception: flattened-batch
def as_rows(x, in_features):
    if x[0].numel() != in_features:
        raise ValueError('does not fit')
    return x.flatten(0)

# %% wrong: no_message
# step: loud, misconception: silent-error
def as_rows(x, in_features):
    if x[0].numel() != in_features:
        raise ValueError
    return x.flatten(1)

# %% wrong: no_return
# step: rows, misconception: missing-return
def as_rows(x, in_features):
    if x[0].numel() != in_features:
        raise ValueError('does not fit')
    x.flatten(1)

# %% wrong: not_checked
# step: loud, misconception: no-error
def as_rows(x, in_features):
    return x.flatten(1)

# %% wrong: not_flattened
# step: rows, misconception: not-flattened
def as_rows(x, in_features):
    if x[0].numel() != in_features:
        raise ValueError('does not fit')
    return x

# %% wrong: reshape_and_value_error
# step: mixed, misconception: rows-mixed
def as_rows(x, in_features):
    try:
        return x.reshape(-1, in_features)
    except RuntimeError as error:
        raise ValueError(str(error)) from error

# %% wrong: resized
# step: loud, misconception: no-error
def as_rows(x, in_features):
    side = int((in_features // x.shape[1]) ** 0.5)
    return x.flatten(1) if x[0].numel() == in_features else F.adaptive_avg_pool2d(x, side).flatten(1)

# %% wrong: view
# step: loud, misconception: other-error
def as_rows(x, in_features):
    return x.view(-1, in_features)

# %% wrong: view_of_strided
# step: any-memory, misconception: raised
def as_rows(x, in_features):
    if x[0].numel() != in_features:
        raise ValueError('does not fit')
    return x.view(len(x), -1)

# %% wrong: all_in_one_row
# step: rows, misconception: raised
def as_rows(x, in_features):
    x = x.flatten()
    if x.shape[0] != in_features:
        raise ValueError(f"{x.shape[0]} numbers, expected {in_features}")
    return x
