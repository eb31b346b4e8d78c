# %% accepted: asked_torch
def padded_size(size, kernel, stride, padding, dilation=1):
    layer = nn.Conv1d(1, 1, kernel, stride, padding, dilation)
    try:
        return layer(torch.zeros(1, 1, size)).shape[-1]
    except RuntimeError as error:
        raise ValueError("the kernel does not fit") from error

# %% accepted: formula
def padded_size(size, kernel, stride, padding, dilation=1):
    if padding == "same":
        if stride > 1:
            raise ValueError("same needs stride 1")
        return size
    if padding == "valid":
        padding = 0
    if isinstance(padding, str):
        raise ValueError(f"unknown padding {padding!r}")
    if not isinstance(padding, int):
        raise TypeError("padding must be an int")
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError("the kernel does not fit")
    return (size + 2 * padding - span) // stride + 1

# %% accepted: windows_counted
def padded_size(size, kernel, stride, padding, dilation=1):
    span = (kernel - 1) * dilation + 1
    if isinstance(padding, str):
        if padding not in ("valid", "same"):
            raise ValueError("padding is 'valid' or 'same'")
        if padding == "same" and stride != 1:
            raise ValueError("'same' keeps the size; a stride does not")
        total = span - 1 if padding == "same" else 0
    elif type(padding) is int:
        total = padding + padding
    else:
        raise TypeError(padding)
    starts = list(range(0, size + total - span + 1, stride))
    if not starts:
        raise ValueError("not a single window fits")
    return len(starts)

# %% wrong: capitals, an edit of formula
# step: words, misconception: no-error
#  def padded_size(size, kernel, stride, padding, dilation=1):
#+     padding = padding.lower() if isinstance(padding, str) else padding

# %% wrong: ceil, an edit of formula
# step: int, misconception: ceil-for-floor
#-     return (size + 2 * padding - span) // stride + 1
#+     return -(-(size + 2 * padding - span) // stride) + 1

# %% wrong: dilation_forgotten, an edit of formula
# step: int, misconception: dilation-ignored
#-     span = dilation * (kernel - 1) + 1
#+     span = kernel

# %% wrong: float, an edit of formula
# step: int, misconception: float-for-int
#-     return (size + 2 * padding - span) // stride + 1
#+     return (size + 2 * padding - span) / stride + 1

# %% wrong: float_by_value_error, an edit of formula
# step: whole, misconception: other-error
#-         raise TypeError("padding must be an int")
#+         raise ValueError("padding must be an int")

# %% wrong: float_padding, an edit of formula
# step: whole, misconception: no-error
#-     if not isinstance(padding, int):
#-         raise TypeError("padding must be an int")
#+     padding = int(padding)

# %% wrong: half_kernel_for_same, an edit of formula
# step: same, misconception: half-even-kernel
#-         return size
#+         padding = kernel // 2

# %% wrong: just_fitting_refused, an edit of formula
# step: fits, misconception: refuses-too-much
#-     if span > size + 2 * padding:
#+     if span >= size + 2 * padding:

# %% wrong: kernel_against_size, an edit of formula
# step: fits, misconception: no-error
#-     if span > size + 2 * padding:
#+     if kernel > size:

# %% wrong: kernel_times_dilation, an edit of formula
# step: int, misconception: dilation-times-kernel
#-     span = dilation * (kernel - 1) + 1
#+     span = dilation * kernel

# %% wrong: no_plus_one, an edit of formula
# step: int, misconception: no-plus-one
#-     return (size + 2 * padding - span) // stride + 1
#+     return (size + 2 * padding - span) // stride

# %% wrong: one_by_one_with_stride, an edit of formula
# step: same-with-stride, misconception: no-error
#-         if stride > 1:
#+         if stride > 1 and kernel > 1:

# %% wrong: other_words_are_zero, an edit of formula
# step: words, misconception: no-error
#-     if padding == "valid":
#+     if isinstance(padding, str):
# ...
#-     if isinstance(padding, str):
#-         raise ValueError(f"unknown padding {padding!r}")

# %% wrong: padding_once, an edit of formula
# step: int, misconception: padding-on-one-side
#-     if span > size + 2 * padding:
#+     if span > size + padding:
# ...
#-     return (size + 2 * padding - span) // stride + 1
#+     return (size + padding - span) // stride + 1

# %% wrong: same_ceil, an edit of formula
# step: same-with-stride, misconception: no-error
#-         if stride > 1:
#-             raise ValueError("same needs stride 1")
#-         return size
#+         return -(-size // stride)

# %% wrong: same_is_valid, an edit of formula
# step: same, misconception: same-taken-for-valid
#-         return size
#+         padding = 0

# %% wrong: same_stride_assert, an edit of formula
# step: same-with-stride, misconception: other-error
#-         if stride > 1:
#-             raise ValueError("same needs stride 1")
#+         assert stride == 1, "same needs stride 1"

# %% wrong: same_without_dilation, an edit of formula
# step: same, misconception: dilation-ignored
#-         return size
#+         return size + kernel - 1 - dilation * (kernel - 1)

# %% wrong: silent_error, an edit of formula
# step: same-with-stride, misconception: silent-error
#-             raise ValueError("same needs stride 1")
#+             raise ValueError

# %% wrong: smaller_half_for_same, an edit of formula
# step: same, misconception: extra-cell-dropped
#-         return size
#+         padding = dilation * (kernel - 1) // 2

# %% wrong: too_large_kernel, an edit of formula
# step: fits, misconception: no-error
#-     if span > size + 2 * padding:
#-         raise ValueError("the kernel does not fit")

# %% wrong: whole_float_padding, an edit of formula
# step: whole, misconception: no-error
#-     if not isinstance(padding, int):
#+     if padding != int(padding):

# %% wrong: words_refused, an edit of formula
# step: valid, misconception: refuses-too-much
#-     if padding == "valid":
#-         padding = 0
