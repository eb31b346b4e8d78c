# %% accepted: counted_by_torch
from torch.utils.flop_counter import FlopCounterMode


def multiply_adds(in_shape, out_channels, kernel, stride=1, padding=0, groups=1):
    layer = nn.Conv2d(in_shape[0], out_channels, kernel, stride, padding, groups=groups, bias=False)
    with FlopCounterMode(display=False) as counter:
        layer(torch.zeros(1, *in_shape))
    return counter.get_total_flops() // 2

# %% accepted: product
def pair(value):
    return (value, value) if isinstance(value, int) else value


def multiply_adds(in_shape, out_channels, kernel, stride=1, padding=0, groups=1):
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel), pair(stride), pair(padding)
    channels, height, width = in_shape
    rows = (height + 2 * ph - kh) // sh + 1
    columns = (width + 2 * pw - kw) // sw + 1
    return out_channels * rows * columns * (channels // groups) * kh * kw

# %% accepted: weight_times_places
def multiply_adds(in_shape, out_channels, kernel, stride=1, padding=0, groups=1):
    layer = nn.Conv2d(in_shape[0], out_channels, kernel, stride, padding, groups=groups)
    maps = layer(torch.zeros(in_shape))
    return layer.weight.numel() * maps[0].numel()

# %% wrong: channels_last, an edit of product
# step: plain, misconception: channels-last
#-     channels, height, width = in_shape
#+     height, width, channels = in_shape

# %% wrong: float, an edit of product
# step: plain, misconception: float-for-int
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return out_channels * rows * columns * (channels / groups) * kh * kw

# %% wrong: flops, an edit of product
# step: plain, misconception: flops-for-multiply-adds
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return 2 * out_channels * rows * columns * (channels // groups) * kh * kw

# %% wrong: groups_ignored, an edit of product
# step: groups, misconception: groups-ignored
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return out_channels * rows * columns * channels * kh * kw

# %% wrong: groups_twice, an edit of product
# step: groups, misconception: groups-divide-both
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return out_channels // groups * rows * columns * (channels // groups) * kh * kw

# %% wrong: in_channels_left_out, an edit of product
# step: plain, misconception: in-channels-left-out
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return out_channels * rows * columns * kh * kw

# %% wrong: input_size, an edit of product
# step: plain, misconception: input-size-for-output
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return out_channels * height * width * (channels // groups) * kh * kw

# %% wrong: ints_only
# step: pairs, misconception: raised
def multiply_adds(in_shape, out_channels, kernel, stride=1, padding=0, groups=1):
    channels, height, width = in_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    return out_channels * rows * columns * (channels // groups) * kernel**2

# %% wrong: no_plus_one, an edit of product
# step: plain, misconception: no-plus-one
#-     rows = (height + 2 * ph - kh) // sh + 1
#-     columns = (width + 2 * pw - kw) // sw + 1
#+     rows = (height + 2 * ph - kh) // sh
#+     columns = (width + 2 * pw - kw) // sw

# %% wrong: out_channels_left_out, an edit of product
# step: plain, misconception: out-channels-left-out
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return rows * columns * (channels // groups) * kh * kw

# %% wrong: padding_ignored, an edit of product
# step: stride-and-padding, misconception: padding-ignored
#-     rows = (height + 2 * ph - kh) // sh + 1
#-     columns = (width + 2 * pw - kw) // sw + 1
#+     rows = (height - kh) // sh + 1
#+     columns = (width - kw) // sw + 1

# %% wrong: padding_once, an edit of product
# step: stride-and-padding, misconception: padding-on-one-side
#-     rows = (height + 2 * ph - kh) // sh + 1
#-     columns = (width + 2 * pw - kw) // sw + 1
#+     rows = (height + ph - kh) // sh + 1
#+     columns = (width + pw - kw) // sw + 1

# %% wrong: parameters, an edit of product
# step: plain, misconception: positions-left-out
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return out_channels * (channels // groups) * kh * kw

# %% wrong: rows_twice, an edit of product
# step: plain, misconception: height-for-width
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return out_channels * rows * rows * (channels // groups) * kh * kw

# %% wrong: side_once, an edit of product
# step: plain, misconception: kernel-not-squared
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return out_channels * rows * columns * (channels // groups) * kh

# %% wrong: sides_swapped, an edit of product
# step: pairs, misconception: height-width-swapped
#-     (kh, kw), (sh, sw), (ph, pw) = pair(kernel), pair(stride), pair(padding)
#+     (kw, kh), (sw, sh), (pw, ph) = pair(kernel), pair(stride), pair(padding)

# %% wrong: stride_ignored, an edit of product
# step: stride-and-padding, misconception: stride-ignored
#-     rows = (height + 2 * ph - kh) // sh + 1
#-     columns = (width + 2 * pw - kw) // sw + 1
#+     rows = (height + 2 * ph - kh) + 1
#+     columns = (width + 2 * pw - kw) + 1

# %% wrong: with_bias, an edit of product
# step: plain, misconception: bias-counted
#-     return out_channels * rows * columns * (channels // groups) * kh * kw
#+     return out_channels * rows * columns * (channels // groups) * kh * kw + out_channels * rows * columns
