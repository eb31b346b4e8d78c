# %% accepted: after_the_sum
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    output = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    if output <= 0:
        raise ValueError(f"a kernel of {kernel} does not fit into {size}")
    return output

# %% accepted: asks_torch
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    try:
        layer = nn.Conv1d(1, 1, kernel, stride, padding, dilation)
        return layer(torch.zeros(1, 1, size)).shape[-1]
    except RuntimeError as error:
        raise ValueError("the kernel does not fit") from error

# %% accepted: ceil
import math


def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError("the kernel does not fit")
    return math.ceil((size + 2 * padding - span + 1) / stride)

# %% accepted: range
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError("the kernel does not fit")
    return len(range(0, size + 2 * padding - span + 1, stride))

# %% accepted: walk
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    end, count, start = size + padding, 0, -padding
    while start + dilation * (kernel - 1) < end:
        count, start = count + 1, start + stride
    assert_fits(count)
    return count


class DoesNotFit(ValueError):
    pass


def assert_fits(count):
    if not count:
        raise DoesNotFit("no window lies on the input")

# %% wrong: ceil, an edit of ceil
# step: stride, misconception: ceil-for-floor
#-     return math.ceil((size + 2 * padding - span + 1) / stride)
#+     return math.ceil((size + 2 * padding - span) / stride) + 1

# %% wrong: dilation_from_zero, an edit of range
# step: kernel, misconception: dilation-zero-based
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size + 2 * padding - (kernel + dilation * (kernel - 1))) // stride + 1

# %% wrong: dilation_ignored, an edit of range
# step: dilation, misconception: dilation-ignored
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size + 2 * padding - kernel) // stride + 1

# %% wrong: divided, an edit of range
# step: kernel, misconception: divided-size
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return size // kernel

# %% wrong: divided_by_stride, an edit of range
# step: kernel, misconception: divided-by-stride
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return size // stride

# %% wrong: divided_float, an edit of range
# step: kernel, misconception: divided-size
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return size / kernel

# %% wrong: exact_fit_gives_zero, an edit of range
# step: kernel, misconception: no-plus-one
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size + 2 * padding - span) // stride + (size + 2 * padding > span)

# %% wrong: float, an edit of range
# step: kernel, misconception: float-for-int
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size + 2 * padding - span) / stride + 1

# %% wrong: kernel_times_dilation, an edit of range
# step: dilation, misconception: dilation-times-kernel
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size + 2 * padding - kernel * dilation) // stride + 1

# %% wrong: never_refuses
# step: refuses, misconception: no-error
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size + 2 * padding - span) // stride + 1

# %% wrong: no_plus_one, an edit of range
# step: kernel, misconception: no-plus-one
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size + 2 * padding - span) // stride

# %% wrong: other_error
# step: refuses, misconception: other-error
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    assert span <= size + 2 * padding, "the kernel does not fit"
    return (size + 2 * padding - span) // stride + 1

# %% wrong: padding_ignored, an edit of range
# step: padding, misconception: padding-ignored
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size - span) // stride + 1

# %% wrong: padding_once, an edit of range
# step: padding, misconception: padding-on-one-side
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size + padding - span) // stride + 1

# %% wrong: plus_one_inside, an edit of range
# step: stride, misconception: plus-one-inside
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size + 2 * padding - span + 1) // stride

# %% wrong: refuses_exact_fit
# step: kernel, misconception: raised
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span >= size + 2 * padding:
        raise ValueError("the kernel does not fit")
    return (size + 2 * padding - span) // stride + 1

# %% wrong: refuses_negative_only
# step: refuses, misconception: no-error
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    output = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    if output < 0:
        raise ValueError("the kernel does not fit")
    return output

# %% wrong: refuses_without_dilation
# step: refuses, misconception: no-error
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if kernel > size + 2 * padding:
        raise ValueError("the kernel does not fit")
    return (size + 2 * padding - span) // stride + 1

# %% wrong: refuses_without_padding
# step: padding, misconception: raised
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span > size:
        raise ValueError("the kernel does not fit")
    return (size + 2 * padding - span) // stride + 1

# %% wrong: returns_none
# step: refuses, misconception: no-error
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return None if span > size + 2 * padding else (size + 2 * padding - span) // stride + 1

# %% wrong: round, an edit of range
# step: stride, misconception: round-for-floor
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return round((size + 2 * padding - span) / stride) + 1

# %% wrong: silent_error
# step: refuses, misconception: silent-error
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError
    return (size + 2 * padding - span) // stride + 1

# %% wrong: stride_ignored, an edit of range
# step: stride, misconception: stride-ignored
#-     return len(range(0, size + 2 * padding - span + 1, stride))
#+     return (size + 2 * padding - span) + 1

# %% wrong: truncates
# step: refuses, misconception: no-error
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return int((size + 2 * padding - span) / stride) + 1

# %% wrong: exact_fit_refused
# step: kernel, misconception: raised
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span >= size + 2 * padding:
        raise ValueError("kernel does not fit")
    return (size + 2 * padding - span) // stride + 1
