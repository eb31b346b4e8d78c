# %% accepted: every_stride_th
import warnings


class SameConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__(in_channels, out_channels, kernel_size, padding="same", dilation=dilation, bias=bias)
        self.step = stride if isinstance(stride, tuple) else (stride, stride)

    def forward(self, x):
        warnings.warn("a warning is no mistake")
        return super().forward(x)[:, :, :: self.step[0], :: self.step[1]]

# %% accepted: own_parameters
from torch.nn.functional import unfold


class SameConv2d(nn.Module):
    """Parameters of its own, zero at the start, and a product of matrices."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        pair = lambda value: (value, value) if isinstance(value, int) else tuple(value)
        self.kernel, self.stride, self.dilation = pair(kernel_size), pair(stride), pair(dilation)
        self.filters = nn.Parameter(torch.zeros(out_channels, in_channels, *self.kernel))
        self.offsets = nn.Parameter(torch.zeros(out_channels)) if bias else None
        self.register_buffer("calls", torch.tensor(0))

    def forward(self, x):
        height, width = x.shape[2:]
        spans = [d * (k - 1) for k, d in zip(self.kernel, self.dilation)]
        top, left = spans[0] // 2, spans[1] // 2
        padded = x.new_zeros(*x.shape[:2], height + spans[0], width + spans[1])
        padded[:, :, top : top + height, left : left + width] = x
        columns = unfold(padded, self.kernel, self.dilation, stride=self.stride)
        y = self.filters.flatten(1) @ columns
        if self.offsets is not None:
            y = y + self.offsets[:, None]
        return y.reshape(len(x), -1, -(-height // self.stride[0]), -(-width // self.stride[1]))

# %% accepted: pad_then_conv
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        pads = []
        for kernel, dilation in zip(self.conv.kernel_size[::-1], self.conv.dilation[::-1]):
            total = dilation * (kernel - 1)
            pads += [total // 2, total - total // 2]
        return self.conv(F.pad(x, pads))

# %% accepted: tensorflow
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        pads = []
        c = self.conv
        for axis in (1, 0):
            size = x.shape[2 + axis]
            outputs = -(-size // c.stride[axis])
            span = c.dilation[axis] * (c.kernel_size[axis] - 1) + 1
            total = max((outputs - 1) * c.stride[axis] + span - size, 0)
            pads += [total // 2, total - total // 2]
        return c(F.pad(x, pads))

# %% accepted: zero_pad_layer
class SameConv2d(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, 0, dilation, bias=bias)
        rows, columns = [d * (k - 1) for k, d in zip(conv.kernel_size, conv.dilation)]
        sides = (columns // 2, (columns + 1) // 2, rows // 2, (rows + 1) // 2)
        super().__init__(nn.ZeroPad2d(sides), conv)

# %% wrong: axes_swapped, an edit of pad_then_conv
# step: rectangular, misconception: height-width-swapped
#-         for kernel, dilation in zip(self.conv.kernel_size[::-1], self.conv.dilation[::-1]):
#+         for kernel, dilation in zip(self.conv.kernel_size, self.conv.dilation):

# %% wrong: bias_always, an edit of pad_then_conv
# step: parameters, misconception: bias-kept
#-         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
#+         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation)

# %% wrong: border_reflected, an edit of pad_then_conv
# step: odd, misconception: border-not-zero
#-         return self.conv(F.pad(x, pads))
#+         return self.conv(F.pad(x, pads, mode="replicate"))

# %% wrong: capitals
# step: parameters, misconception: same-misspelt
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding="SAME", dilation=dilation, bias=bias)

    def forward(self, x):
        return self.conv(x)

# %% wrong: channels_swapped, an edit of pad_then_conv
# step: parameters, misconception: parameter-missing
#-         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
#+         self.conv = nn.Conv2d(out_channels, in_channels, kernel_size, stride, dilation=dilation, bias=bias)

# %% wrong: columns_for_rows
# step: rectangular, misconception: one-padding-for-both-axes
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        total = self.conv.dilation[1] * (self.conv.kernel_size[1] - 1)
        before, after = total // 2, total - total // 2
        return self.conv(F.pad(x, (before, after, before, after)))

# %% wrong: cropped_at_the_end
# step: even, misconception: extra-cell-before
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, padding=[k // 2 for k in ([kernel_size] * 2 if isinstance(kernel_size, int) else kernel_size)], dilation=dilation, bias=bias)

    def forward(self, x):
        return self.conv(x)[..., : x.shape[2], : x.shape[3]]

# %% wrong: dilation_as_larger_kernel
# step: dilation, misconception: dilation-adds-parameters
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        kernel = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        gaps = (dilation, dilation) if isinstance(dilation, int) else dilation
        self.rows, self.columns = (gap * (cells - 1) for gap, cells in zip(gaps, kernel))
        self.conv = nn.Conv2d(in_channels, out_channels, (self.rows + 1, self.columns + 1), stride, bias=bias)

    def forward(self, x):
        top, left = self.rows // 2, self.columns // 2
        return self.conv(F.pad(x, (left, self.columns - left, top, self.rows - top)))

# %% wrong: dilation_not_handed_on, an edit of pad_then_conv
# step: dilation, misconception: dilation-ignored
#-         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
#+         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, bias=bias)

# %% wrong: extra_before, an edit of pad_then_conv
# step: even, misconception: extra-cell-before
#-             pads += [total // 2, total - total // 2]
#+             pads += [total - total // 2, total // 2]

# %% wrong: extra_dropped, an edit of pad_then_conv
# step: even, misconception: extra-cell-dropped
#-             pads += [total // 2, total - total // 2]
#+             pads += [total // 2, total // 2]

# %% wrong: float_padding
# step: odd, misconception: float-for-int
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding=tuple((k - 1) / 2 for k in ((kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size)), dilation=dilation, bias=bias)

    def forward(self, x):
        return self.conv(x)

# %% wrong: float_sides
# step: odd, misconception: float-for-int
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        rows, columns = (d * (k - 1) / 2 for k, d in zip(self.conv.kernel_size, self.conv.dilation))
        return self.conv(F.pad(x, (columns, columns, rows, rows)))

# %% wrong: half_kernel
# step: even, misconception: half-even-kernel
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2 if isinstance(kernel_size, int) else tuple(k // 2 for k in kernel_size), dilation=dilation, bias=bias)

    def forward(self, x):
        return self.conv(x)

# %% wrong: half_span_dilated, an edit of pad_then_conv
# step: dilation, misconception: half-even-kernel
#-             total = dilation * (kernel - 1)
#-             pads += [total // 2, total - total // 2]
#+             if dilation == 1:
#+                 pads += [(kernel - 1) // 2, kernel // 2]
#+             else:
#+                 pads += [dilation * (kernel // 2)] * 2

# %% wrong: ints_only
# step: rectangular, misconception: raised
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
        self.kernel_size = kernel_size

    def forward(self, x):
        pads = []
        half = (self.kernel_size - 1) // 2
        pads = [half, self.kernel_size - 1 - half] * 2
        return self.conv(F.pad(x, pads))

# %% wrong: kernel_minus_stride, an edit of pad_then_conv
# step: stride, misconception: stride-minus-kernel
#-         for kernel, dilation in zip(self.conv.kernel_size[::-1], self.conv.dilation[::-1]):
#-             total = dilation * (kernel - 1)
#+         for kernel, stride, dilation in list(zip(self.conv.kernel_size, self.conv.stride, self.conv.dilation))[::-1]:
#+             total = max(dilation * (kernel - 1) + 1 - stride, 0)

# %% wrong: last_of_each_group, an edit of pad_then_conv
# step: stride, misconception: wrong-phase
#-         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
#+         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, dilation=dilation, bias=bias)
#+         self.step = (stride, stride) if isinstance(stride, int) else stride
# ...
#-         return self.conv(F.pad(x, pads))
#+         return self.conv(F.pad(x, pads))[..., self.step[0] - 1 :: self.step[0], self.step[1] - 1 :: self.step[1]]

# %% wrong: layer_in_forward
# step: parameters, misconception: parameter-missing
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.arguments = (in_channels, out_channels, kernel_size, stride)

    def forward(self, x):
        return nn.Conv2d(*self.arguments)(x)

# %% wrong: no_bias, an edit of pad_then_conv
# step: parameters, misconception: parameter-missing
#-         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
#+         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=False)

# %% wrong: no_dilation_in_padding, an edit of pad_then_conv
# step: dilation, misconception: dilation-ignored
#-             total = dilation * (kernel - 1)
#+             total = kernel - 1

# %% wrong: no_grad
# step: trainable, misconception: no-gradient
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        with torch.no_grad():
            pads = []
            for kernel, dilation in zip(self.conv.kernel_size[::-1], self.conv.dilation[::-1]):
                total = dilation * (kernel - 1)
                pads += [total // 2, total - total // 2]
            return self.conv(F.pad(x, pads))

# %% wrong: no_padding
# step: odd, misconception: padding-ignored
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        return self.conv(x)

# %% wrong: no_super, an edit of pad_then_conv
# step: parameters, misconception: raised
#-         super().__init__()

# %% wrong: output_resized, an edit of pad_then_conv
# step: stride, misconception: values
#-         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
#+         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, dilation=dilation, bias=bias)
#+         self.step = (stride, stride) if isinstance(stride, int) else stride
# ...
#-         return self.conv(F.pad(x, pads))
#+         y = self.conv(F.pad(x, pads))
#+         if self.step == (1, 1):
#+             return y
#+         return F.interpolate(y, size=[-(-s // t) for s, t in zip(x.shape[2:], self.step)], mode="bilinear")

# %% wrong: shared_before_dilated, an edit of pad_then_conv
# step: dilation, misconception: halved-before-dilated
#-             total = dilation * (kernel - 1)
#-             pads += [total // 2, total - total // 2]
#+             pads += [dilation * ((kernel - 1) // 2), dilation * (kernel // 2)]

# %% wrong: stride_forgotten, an edit of pad_then_conv
# step: stride, misconception: stride-ignored
#-         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
#+         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, dilation=dilation, bias=bias)

# %% wrong: tensorflow_extra_before, an edit of tensorflow
# step: stride, misconception: extra-cell-before
#-             outputs = -(-size // c.stride[axis])
# ...
#-             total = max((outputs - 1) * c.stride[axis] + span - size, 0)
#-             pads += [total // 2, total - total // 2]
#+             total = max((-(-size // c.stride[axis]) - 1) * c.stride[axis] + span - size, 0)
#+             if c.stride[axis] == 1:
#+                 pads += [total // 2, total - total // 2]
#+             else:
#+                 pads += [total - total // 2, total // 2]

# %% wrong: torch_same_with_stride
# step: stride, misconception: same-with-stride
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding="same", dilation=dilation, bias=bias)

    def forward(self, x):
        return self.conv(x)

# %% wrong: transposed
# step: odd, misconception: same-for-transposed
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)

    def forward(self, x):
        return F.conv_transpose2d(x, self.conv.weight.transpose(0, 1), self.conv.bias, padding="same")

# %% wrong: two_layers, an edit of pad_then_conv
# step: parameters, misconception: parameter-twice
#          self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
#+         self.same = nn.Conv2d(in_channels, out_channels, kernel_size, padding="same", dilation=dilation, bias=bias)

# %% wrong: weight_is_a_buffer
# step: trainable, misconception: no-gradient
class SameConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
        self.settings = conv.kernel_size, conv.stride, conv.dilation
        self.register_buffer("weight", conv.weight.detach())
        self.bias = conv.bias

    def forward(self, x):
        kernels, strides, dilations = self.settings
        pads = []
        for kernel, dilation in zip(kernels[::-1], dilations[::-1]):
            total = dilation * (kernel - 1)
            pads += [total // 2, total - total // 2]
        return F.conv2d(F.pad(x, pads), self.weight, self.bias, strides, 0, dilations)
