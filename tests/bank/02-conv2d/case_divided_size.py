# %% accepted: helper
def one_layer(size, kernel, stride, padding):
    return int((size + 2 * padding - kernel) / stride) + 1


def shape_walk(size, layers):
    sizes = [size]
    for layer in layers:
        sizes.append(one_layer(sizes[-1], *layer))
    return sizes[1:]

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

# %% wrong: before_each_layer, an edit of tuple
# step: pooling, misconception: off-by-one-layer
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
# ...
#-     return tuple(sizes)
#+         size = (size + 2 * padding - kernel) // stride + 1
#+     return sizes

# %% wrong: ceil, an edit of tuple
# step: pooling, misconception: ceil-for-floor
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = -(-(size + 2 * padding - kernel) // stride) + 1
# ...
#-     return tuple(sizes)
#+     return sizes

# %% wrong: divided_by_stride, an edit of tuple
# step: pooling, misconception: divided-by-stride
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = size // stride
# ...
#-     return tuple(sizes)
#+     return sizes

# %% wrong: float, an edit of tuple
# step: pooling, misconception: float-for-int
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = (size + 2 * padding - kernel) / stride + 1
# ...
#-     return tuple(sizes)
#+     return sizes

# %% wrong: input_included
# step: pooling, misconception: input-size-included
def shape_walk(size, layers):
    sizes = [size]
    for kernel, stride, padding in layers:
        size = (size + 2 * padding - kernel) // stride + 1
        sizes.append(size)
    return sizes

# %% wrong: kernel_or_stride, an edit of tuple
# step: pooling, misconception: values
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = size // kernel if kernel == stride else size
# ...
#-     return tuple(sizes)
#+     return sizes

# %% wrong: last_only, an edit of tuple
# step: pooling, misconception: type
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = (size + 2 * padding - kernel) // stride + 1
# ...
#-     return tuple(sizes)
#+     return sizes[-1]

# %% wrong: no_plus_one, an edit of tuple
# step: pooling, misconception: no-plus-one
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = (size + 2 * padding - kernel) // stride
# ...
#-     return tuple(sizes)
#+     return sizes

# %% wrong: not_chained
# step: pooling, misconception: layers-not-chained
def shape_walk(size, layers):
    return [(size + 2 * padding - kernel) // stride + 1 for kernel, stride, padding in layers]

# %% wrong: padding_ignored, an edit of tuple
# step: stack, misconception: padding-ignored
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = (size - kernel) // stride + 1
# ...
#-     return tuple(sizes)
#+     return sizes

# %% wrong: padding_once, an edit of tuple
# step: stack, misconception: padding-on-one-side
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = (size + padding - kernel) // stride + 1
# ...
#-     return tuple(sizes)
#+     return sizes

# %% wrong: returns_too_early, an edit of tuple
# step: pooling, misconception: returns-too-early
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = (size + 2 * padding - kernel) // stride + 1
# ...
#-     return tuple(sizes)
#+         return sizes

# %% wrong: stride_ignored, an edit of tuple
# step: pooling, misconception: stride-ignored
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = size + 2 * padding - kernel + 1
# ...
#-     return tuple(sizes)
#+     return sizes

# %% wrong: unmended, an edit of tuple
# step: pooling, misconception: divided-size
#-         size = len(range(-padding, size + padding - kernel + 1, stride))
#+         size = size // kernel
# ...
#-     return tuple(sizes)
#+     return sizes
