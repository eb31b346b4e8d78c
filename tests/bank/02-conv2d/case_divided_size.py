# %% accepted: helper
def one_layer(size, kernel, stride, padding):
    return int((size + 2 * padding - kernel) / stride) + 1


def shape_walk(size, layers):
    sizes = [size]
    for layer in layers:
        sizes.append(one_layer(sizes[-1], *layer))
    return sizes[1:]

# %% accepted: loop
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = (size + 2 * padding - kernel) // stride + 1
        sizes.append(size)
    return sizes

# %% accepted: run
def shape_walk(size, layers):
    if not layers:
        return []
    (kernel, stride, padding), *rest = layers
    signal = F.pad(torch.zeros(1, 1, size), (padding, padding))
    size = F.max_pool1d(signal, kernel, stride).shape[-1]
    return [size, *shape_walk(size, rest)]

# %% accepted: tuple
def shape_walk(size, layers):
    sizes = []
    for kernel, stride, padding in layers:
        size = len(range(-padding, size + padding - kernel + 1, stride))
        sizes.append(size)
    return tuple(sizes)

# %% wrong: before_each_layer, an edit of loop
# step: pooling, misconception: off-by-one-layer
#      for kernel, stride, padding in layers:
#+         sizes.append(size)
# ...
#-         sizes.append(size)

# %% wrong: ceil, an edit of loop
# step: pooling, misconception: ceil-for-floor
#-         size = (size + 2 * padding - kernel) // stride + 1
#+         size = -(-(size + 2 * padding - kernel) // stride) + 1

# %% wrong: divided_by_stride, an edit of loop
# step: pooling, misconception: divided-by-stride
#-         size = (size + 2 * padding - kernel) // stride + 1
#+         size = size // stride

# %% wrong: float, an edit of loop
# step: pooling, misconception: float-for-int
#-         size = (size + 2 * padding - kernel) // stride + 1
#+         size = (size + 2 * padding - kernel) / stride + 1

# %% wrong: input_included, an edit of loop
# step: pooling, misconception: input-size-included
#-     sizes = []
#+     sizes = [size]

# %% wrong: kernel_or_stride, an edit of loop
# step: pooling, misconception: values
#-         size = (size + 2 * padding - kernel) // stride + 1
#+         size = size // kernel if kernel == stride else size

# %% wrong: last_only, an edit of loop
# step: pooling, misconception: last-size-only
#-     return sizes
#+     return sizes[-1]

# %% wrong: no_plus_one, an edit of loop
# step: pooling, misconception: no-plus-one
#-         size = (size + 2 * padding - kernel) // stride + 1
#+         size = (size + 2 * padding - kernel) // stride

# %% wrong: not_chained
# step: pooling, misconception: layers-not-chained
def shape_walk(size, layers):
    return [(size + 2 * padding - kernel) // stride + 1 for kernel, stride, padding in layers]

# %% wrong: padding_ignored, an edit of loop
# step: stack, misconception: padding-ignored
#-         size = (size + 2 * padding - kernel) // stride + 1
#+         size = (size - kernel) // stride + 1

# %% wrong: padding_once, an edit of loop
# step: stack, misconception: padding-on-one-side
#-         size = (size + 2 * padding - kernel) // stride + 1
#+         size = (size + padding - kernel) // stride + 1

# %% wrong: returns_too_early, an edit of loop
# step: pooling, misconception: returns-too-early
#-     return sizes
#+         return sizes

# %% wrong: stride_ignored, an edit of loop
# step: pooling, misconception: stride-ignored
#-         size = (size + 2 * padding - kernel) // stride + 1
#+         size = size + 2 * padding - kernel + 1

# %% wrong: unmended, an edit of loop
# step: pooling, misconception: divided-size
#-         size = (size + 2 * padding - kernel) // stride + 1
#+         size = size // kernel

# %% wrong: padding_after
# step: stack, misconception: padding-after
def shape_walk(size, layers):
    out = []
    for kernel, stride, padding in layers:
        size = (size - kernel) // stride + 1 + 2 * padding
        out.append(size)
    return out
