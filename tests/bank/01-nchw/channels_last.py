# %% accepted: contiguous_and_loop
def channels_last(x):
    return x.contiguous(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    order = (1, 3, 2, 0) if memory_format == torch.channels_last else (3, 2, 1, 0)  # fastest axis first
    strides, step = [0, 0, 0, 0], 1
    for axis in order:
        strides[axis] = step
        step *= shape[axis]
    return strides

# %% accepted: copy_and_meta
def channels_last(x):
    return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)


def strides_of(shape, memory_format):
    return torch.empty(shape, device="meta", memory_format=memory_format).stride()

# %% accepted: empty_and_permuted
def channels_last(x):
    result = torch.empty(x.shape, dtype=x.dtype, memory_format=torch.channels_last)
    result.copy_(x)
    return result


def strides_of(shape, memory_format):
    from math import prod

    def dense(sizes):
        return [prod(sizes[axis + 1 :]) for axis in range(len(sizes))]

    if memory_format is torch.contiguous_format:
        return tuple(dense(shape))
    n, h, w, c = dense([shape[0], shape[2], shape[3], shape[1]])
    return (n, c, h, w)

# %% wrong: clone, an edit of copy_and_meta
# step: strides, misconception: memory-unchanged, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.clone()
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: columns_before_rows, an edit of copy_and_meta
# step: strides, misconception: strides, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.permute(0, 3, 2, 1).contiguous().permute(0, 3, 2, 1)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: contiguous, an edit of copy_and_meta
# step: strides, misconception: memory-unchanged, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.contiguous()
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: copied_then_reshaped, an edit of copy_and_meta
# step: same, misconception: reshape-for-permute, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.permute(0, 2, 3, 1).contiguous().reshape(x.shape)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: dense_only, an edit of copy_and_meta
# step: any-tensor, misconception: memory-unchanged, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return torch.empty_strided(x.shape, x.stride(), dtype=x.dtype).copy_(x) if not x.is_contiguous() else x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: floats, an edit of copy_and_meta
# step: any-tensor, misconception: dtype, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.float().to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: height_width_swapped, an edit of copy_and_meta
# step: same, misconception: height-width-swapped, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.transpose(2, 3).contiguous(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: no_return, an edit of copy_and_meta
# step: same, misconception: missing-return, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: order_thrown_away, an edit of copy_and_meta
# step: strides, misconception: memory-unchanged, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last).contiguous()
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: permuted_then_viewed, an edit of copy_and_meta
# step: same, misconception: raised, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.permute(0, 2, 3, 1).view(x.shape)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: read_as_nhwc, an edit of copy_and_meta
# step: same, misconception: reshape-for-permute, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     n, c, h, w = x.shape
#+     return x.reshape(n, h, w, c).permute(0, 3, 1, 2)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: shape_changed, an edit of copy_and_meta
# step: same, misconception: channels-last-changes-shape, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.permute(0, 2, 3, 1)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: shape_changed_and_copied, an edit of copy_and_meta
# step: same, misconception: channels-last-changes-shape, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.permute(0, 2, 3, 1).contiguous()
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: strides_a_dict, an edit of copy_and_meta
# step: contiguous, misconception: type, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return {'N': c * h * w, 'C': h * w, 'H': w, 'W': 1}

# %% wrong: strides_always_channels_last, an edit of copy_and_meta
# step: contiguous, misconception: memory-format-ignored, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return h * w * c, 1, w * c, c

# %% wrong: strides_as_contiguous_does, an edit of copy_and_meta
# step: ones, misconception: memory-format-ignored, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     return torch.zeros(shape, device='meta').contiguous(memory_format=memory_format).stride()

# %% wrong: strides_batch_in_strides
# step: channels-last, misconception: values, credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    if memory_format == torch.channels_last:
        return n * h * w * c, 1, w * c, c
    return c * h * w, h * w, w, 1

# %% wrong: strides_bytes, an edit of copy_and_meta
# step: contiguous, misconception: bytes-for-elements, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     return tuple(4 * each for each in torch.empty(shape, memory_format=memory_format, device='meta').stride())

# %% wrong: strides_floats
# step: contiguous, misconception: float-for-int, credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    total = n * c * h * w
    if memory_format == torch.channels_last:
        return total / n, 1, w * c, c
    return total / n, total / n / c, w, 1

# %% wrong: strides_floats_throughout, an edit of copy_and_meta
# step: contiguous, misconception: float-for-int, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     return tuple(float(each) for each in torch.empty(shape, memory_format=memory_format, device='meta').stride())

# %% wrong: strides_format_ignored, an edit of copy_and_meta
# step: channels-last, misconception: memory-format-ignored, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return c * h * w, h * w, w, 1

# %% wrong: strides_from_the_left, an edit of copy_and_meta
# step: contiguous, misconception: strides-reversed, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return 1, n, n * c, n * c * h

# %% wrong: strides_height_width_swapped_channels_last
# step: channels-last, misconception: height-width-swapped, credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    if memory_format == torch.channels_last:
        return h * w * c, 1, c, h * c
    return c * h * w, h * w, w, 1

# %% wrong: strides_height_width_swapped_contiguous
# step: contiguous, misconception: height-width-swapped, credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    if memory_format == torch.channels_last:
        return h * w * c, 1, w * c, c
    return c * h * w, h * w, 1, h

# %% wrong: strides_makes_the_tensor, an edit of copy_and_meta
# step: large, misconception: makes-the-tensor, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     return torch.empty(shape, memory_format=memory_format).stride()

# %% wrong: strides_memory_order
# step: channels-last, misconception: strides-in-memory-order, credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    if memory_format == torch.channels_last:
        return h * w * c, w * c, c, 1
    return c * h * w, h * w, w, 1

# %% wrong: strides_no_return, an edit of copy_and_meta
# step: contiguous, misconception: missing-return, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     strides = c * h * w, h * w, w, 1

# %% wrong: strides_only, an edit of copy_and_meta
# step: same, misconception: reshape-for-permute, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     n, c, h, w = x.shape
#+     return x.as_strided((n, c, h, w), (h * w * c, 1, w * c, c))
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: strides_shape
# step: contiguous, misconception: shape-for-strides, credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    if memory_format == torch.channels_last:
        return n, h, w, c
    return n, c, h, w

# %% wrong: strides_shape_of_nhwc
# step: channels-last, misconception: channels-last-changes-shape, credit: 0.4
def channels_last(x):
    return x.to(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    n, c, h, w = shape
    if memory_format == torch.channels_last:
        return n, h, w, c
    return c * h * w, h * w, w, 1

# %% wrong: strides_tensors, an edit of copy_and_meta
# step: contiguous, misconception: values, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return tuple(torch.tensor(each) for each in (c * h * w, h * w, w, 1))

# %% wrong: strides_zero_for_one, an edit of copy_and_meta
# step: ones, misconception: zero-for-one, credit: 0.4
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x.to(memory_format=torch.channels_last)
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     strides = (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)
#+     return tuple(0 if size == 1 else stride for size, stride in zip(shape, strides))

# %% wrong: untouched, an edit of copy_and_meta
# step: strides, misconception: memory-unchanged, credit: 0.6
#-     return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
#+     return x
# ...
#-     return torch.empty(shape, device="meta", memory_format=memory_format).stride()
#+     n, c, h, w = shape
#+     return (h * w * c, 1, w * c, c) if memory_format == torch.channels_last else (c * h * w, h * w, w, 1)

# %% wrong: height_for_width
# step: contiguous, misconception: height-width-swapped, credit: 0.4
def channels_last(x):
    return x.contiguous(memory_format=torch.channels_last)


def strides_of(shape, memory_format):
    _, c, h, w = shape
    if memory_format == torch.contiguous_format:
        return (c * h * w, h * w, h, 1)
    return (h * w * c, 1, h * c, c)
