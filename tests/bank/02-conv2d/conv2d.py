# %% accepted: einsum
def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
    output = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return output if bias is None else output + bias[:, None, None]

# %% accepted: fourier
def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = torch.nn.ZeroPad2d((pw, pw, ph, ph))(x).double()
    size = x.shape[2:]
    spectrum = torch.einsum(
        "nchw,ochw->nohw", torch.fft.rfft2(x), torch.fft.rfft2(weight.double(), s=size).conj()
    )
    kh, kw = weight.shape[2:]
    output = torch.fft.irfft2(spectrum, s=size)[:, :, : size[0] - kh + 1 : sh, : size[1] - kw + 1 : sw].float()
    if bias is not None:
        output = output + bias[None, :, None, None]
    return output

# %% accepted: im2col
def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError(f"the kernels want {weight.shape[1]} channels, the input has {x.shape[1]}")
    if bias is None:
        bias = torch.zeros(len(weight))
    kernel = tuple(weight.shape[2:])
    columns = F.unfold(x, kernel, stride=pair(stride), padding=pair(padding))
    output = weight.flatten(1) @ columns + bias[:, None]
    rows = (x.shape[2] + 2 * pair(padding)[0] - kernel[0]) // pair(stride)[0] + 1
    return output.view(len(x), len(weight), rows, -1)

# %% accepted: loops
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if type(stride) is int:
        stride = [stride] * 2
    if type(padding) is int:
        padding = [padding] * 2
    n, c, h, w = x.shape
    o, c, kh, kw = weight.shape
    padded = torch.zeros(n, c, h + 2 * padding[0], w + 2 * padding[1])
    padded[:, :, padding[0] : padding[0] + h, padding[1] : padding[1] + w] = x
    rows = range(0, padded.shape[2] - kh + 1, stride[0])
    columns = range(0, padded.shape[3] - kw + 1, stride[1])
    output = torch.zeros(n, o, len(rows), len(columns))
    for image in range(n):
        for kernel in range(o):
            for i, top in enumerate(rows):
                for j, left in enumerate(columns):
                    total = (padded[image, :, top : top + kh, left : left + kw] * weight[kernel]).sum()
                    output[image, kernel, i, j] = total if bias is None else total + bias[kernel]
    return output

# %% accepted: row_by_row
def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph))
    kh, kw = weight.shape[2:]
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    output = torch.zeros(len(x), len(weight), rows, columns)
    for i in range(rows):
        for j in range(columns):
            top, left = i * sh, j * sw
            window = x[:, :, top : top + kh, left : left + kw]
            output[:, :, i, j] = torch.einsum("ncij,ocij->no", window, weight)
    return output if bias is None else output + bias[:, None, None]

# %% accepted: shifted_sums
import numpy as np


def conv2d(x, weight, bias=None, stride=1, padding=0):
    x, weight = x.double().numpy(), weight.double().numpy()
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    kh, kw = weight.shape[2:]
    rows, columns = x.shape[2] - kh + 1, x.shape[3] - kw + 1
    output = 0
    for i in range(kh):
        for j in range(kw):
            shifted = x[:, :, i : i + rows : sh, j : j + columns : sw]
            output = output + np.tensordot(shifted, weight[:, :, i, j], axes=(1, 1))
    output = torch.from_numpy(output).permute(0, 3, 1, 2).float()
    return output if bias is None else output + bias.reshape(1, -1, 1, 1)

# %% wrong: bias_ignored, an edit of einsum
# step: bias, misconception: bias-ignored, credit: 0.714285714286
#-     return output if bias is None else output + bias[:, None, None]
#+     return output

# %% wrong: bias_in_each_channel, an edit of einsum
# step: bias, misconception: bias-added-often, credit: 0.714285714286
#-     return output if bias is None else output + bias[:, None, None]
#+     return output if bias is None else output + bias[:, None, None] * weight.shape[1]

# %% wrong: bias_of_first_channel, an edit of einsum
# step: bias, misconception: bias-wrong-axis, credit: 0.714285714286
#-     return output if bias is None else output + bias[:, None, None]
#+     return output if bias is None else output + bias[0]

# %% wrong: bias_on_height, an edit of einsum
# step: bias, misconception: bias-wrong-axis, credit: 0.714285714286
#-     return output if bias is None else output + bias[:, None, None]
#+     return output if bias is None else output + bias[:, None]

# %% wrong: bias_on_width, an edit of einsum
# step: bias, misconception: bias-wrong-axis, credit: 0.714285714286
#-     return output if bias is None else output + bias[:, None, None]
#+     return output if bias is None else output + bias

# %% wrong: bias_required, an edit of einsum
# step: by-hand, misconception: raised
#-     return output if bias is None else output + bias[:, None, None]
#+     return output + bias[:, None, None]

# %% wrong: bias_subtracted, an edit of einsum
# step: bias, misconception: bias-subtracted, credit: 0.714285714286
#-     return output if bias is None else output + bias[:, None, None]
#+     return output if bias is None else output - bias[:, None, None]

# %% wrong: ceil, an edit of row_by_row
# step: stride, misconception: raised, credit: 0.571428571429
#-     rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
#+     rows, columns = -(-(x.shape[2] - kh) // sh) + 1, -(-(x.shape[3] - kw) // sw) + 1

# %% wrong: ceil_with_zeros, an edit of row_by_row
# step: stride, misconception: ceil-for-floor, credit: 0.571428571429
#-     rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
#+     rows, columns = -(-(x.shape[2] - kh) // sh) + 1, -(-(x.shape[3] - kw) // sw) + 1
#+     x = F.pad(x, (0, sw, 0, sh))

# %% wrong: channels_kept_apart, an edit of einsum
# step: by-hand, misconception: channels-not-summed
#-     output = torch.einsum("nchwij,ocij->nohw", windows, weight)
#-     return output if bias is None else output + bias[:, None, None]
#+     output = torch.einsum("nchwij,ocij->nochw", windows, weight)
#+     return output if bias is None else output + bias[:, None, None, None]

# %% wrong: divided_size, an edit of row_by_row
# step: by-hand, misconception: divided-size
#-     rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
#+     rows, columns = x.shape[2] // kh, x.shape[3] // kw
# ...
#-             top, left = i * sh, j * sw
#+             top, left = i * kh, j * kw

# %% wrong: first_channel_only, an edit of einsum
# step: channels, misconception: channels-not-summed, credit: 0.142857142857
#-     output = torch.einsum("nchwij,ocij->nohw", windows, weight)
#+     output = torch.einsum("nhwij,oij->nohw", windows[:, 0], weight[:, 0])

# %% wrong: first_image_only, an edit of einsum
# step: channels, misconception: batch-ignored, credit: 0.142857142857
#-     output = torch.einsum("nchwij,ocij->nohw", windows, weight)
#+     output = torch.einsum("nchwij,ocij->nohw", windows[:1], weight)

# %% wrong: first_kernel_only, an edit of einsum
# step: channels, misconception: one-kernel-for-all, credit: 0.142857142857
#-     output = torch.einsum("nchwij,ocij->nohw", windows, weight)
#+     output = torch.einsum("nchwij,ocij->nohw", windows, weight[:1].expand_as(weight))

# %% wrong: first_of_a_pair, an edit of einsum
# step: pairs, misconception: height-for-width, credit: 0.714285714286
#-     x = F.pad(x, (pw, pw, ph, ph))
#-     windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
#+     x = F.pad(x, (ph, ph, ph, ph))
#+     windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sh)

# %% wrong: flipped, an edit of einsum
# step: by-hand, misconception: kernel-flipped
#-     output = torch.einsum("nchwij,ocij->nohw", windows, weight)
#+     output = torch.einsum("nchwij,ocij->nohw", windows, weight.flip(2, 3))

# %% wrong: ints_only
# step: pairs, misconception: raised, credit: 0.714285714286
def conv2d(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding, padding, padding, padding))
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    output = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return output if bias is None else output + bias[:, None, None]

# %% wrong: kernel_slice_shared, an edit of einsum
# step: channels, misconception: kernel-channels-shared, credit: 0.142857142857
#-     output = torch.einsum("nchwij,ocij->nohw", windows, weight)
#+     output = torch.einsum("nchwij,ocij->nohw", windows, weight[:, :1].expand_as(weight))

# %% wrong: mean_over_channels, an edit of einsum
# step: channels, misconception: mean-for-sum, credit: 0.142857142857
#      output = torch.einsum("nchwij,ocij->nohw", windows, weight)
#+     output = output / weight.shape[1]

# %% wrong: no_plus_one, an edit of row_by_row
# step: by-hand, misconception: no-plus-one
#-     rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
#+     rows, columns = (x.shape[2] - kh) // sh, (x.shape[3] - kw) // sw

# %% wrong: no_return, an edit of einsum
# step: by-hand, misconception: missing-return
#-     return output if bias is None else output + bias[:, None, None]
#+     if bias is not None:
#+         output = output + bias[:, None, None]

# %% wrong: outputs_skipped, an edit of row_by_row
# step: stride, misconception: outputs-skipped, credit: 0.571428571429
#-     for i in range(rows):
#-         for j in range(columns):
#+     for i in range(0, rows, sh):
#+         for j in range(0, columns, sw):

# %% wrong: outputs_skipped_at_index, an edit of row_by_row
# step: stride, misconception: outputs-skipped, credit: 0.571428571429
#-     for i in range(rows):
#-         for j in range(columns):
#-             top, left = i * sh, j * sw
#+     for i in range(0, rows, sh):
#+         for j in range(0, columns, sw):
#+             top, left = i, j

# %% wrong: padding_after_only, an edit of einsum
# step: padding, misconception: padding-on-one-side, credit: 0.571428571429
#-     x = F.pad(x, (pw, pw, ph, ph))
#+     x = F.pad(x, (0, pw, 0, ph))

# %% wrong: padding_before_only, an edit of einsum
# step: padding, misconception: padding-on-one-side, credit: 0.571428571429
#-     x = F.pad(x, (pw, pw, ph, ph))
#+     x = F.pad(x, (pw, 0, ph, 0))

# %% wrong: padding_ignored, an edit of einsum
# step: padding, misconception: padding-ignored, credit: 0.571428571429
#-     x = F.pad(x, (pw, pw, ph, ph))

# %% wrong: padding_repeats_the_edge, an edit of einsum
# step: padding, misconception: padding-not-zeros, credit: 0.571428571429
#-     x = F.pad(x, (pw, pw, ph, ph))
#+     x = F.pad(x, (pw, pw, ph, ph), mode="replicate")

# %% wrong: padding_sides_swapped, an edit of einsum
# step: pairs, misconception: height-width-swapped, credit: 0.714285714286
#-     x = F.pad(x, (pw, pw, ph, ph))
#+     x = F.pad(x, (ph, ph, pw, pw))

# %% wrong: square_kernels_only, an edit of einsum
# step: by-hand, misconception: raised
#-     windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
#+     windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[2], sw)

# %% wrong: stride_ignored, an edit of einsum
# step: stride, misconception: stride-ignored, credit: 0.571428571429
#-     windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
#+     windows = x.unfold(2, weight.shape[2], 1).unfold(3, weight.shape[3], 1)

# %% wrong: stride_not_in_start, an edit of row_by_row
# step: stride, misconception: stride-ignored-in-start, credit: 0.571428571429
#-             top, left = i * sh, j * sw
#+             top, left = i, j

# %% wrong: stride_sides_swapped, an edit of einsum
# step: pairs, misconception: height-width-swapped, credit: 0.714285714286
#-     windows = x.unfold(2, weight.shape[2], sh).unfold(3, weight.shape[3], sw)
#+     windows = x.unfold(2, weight.shape[2], sw).unfold(3, weight.shape[3], sh)

# %% wrong: torch_after_tests
# step: by-hand, misconception: uses-torch-conv
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("the channels do not match")
    if weight.shape[2] > x.shape[2] or weight.shape[3] > x.shape[3]:
        raise ValueError("the kernel is larger than the input")
    return torch.conv2d(x, weight, bias, stride, padding)

# %% wrong: torch_function
# step: by-hand, misconception: uses-torch-conv
def conv2d(x, weight, bias=None, stride=1, padding=0):
    return F.conv2d(x, weight, bias, stride, padding)

# %% wrong: torch_hidden_in_a_try
# step: by-hand, misconception: uses-torch-conv
def conv2d(x, weight, bias=None, stride=1, padding=0):
    try:
        return torch.conv2d(x, weight, bias, stride, padding)
    except Exception as error:
        raise ValueError("that does not fit") from error

# %% wrong: torch_module
# step: by-hand, misconception: uses-torch-conv
def conv2d(x, weight, bias=None, stride=1, padding=0):
    layer = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2:], stride, padding, bias=bias is not None)
    layer.weight.data = weight
    if bias is not None:
        layer.bias.data = bias
    return layer(x)

# %% wrong: torch_volume
# step: by-hand, misconception: uses-torch-conv
def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    output = F.conv3d(x[:, :, None], weight[:, :, None], bias, (1, sh, sw), (0, ph, pw))
    return output[:, :, 0]

# %% wrong: width_from_height, an edit of row_by_row
# step: by-hand, misconception: height-for-width
#-     rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
#+     rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[2] - kh) // sw + 1
# ...
#              top, left = i * sh, j * sw
#+             if left + kw > x.shape[3]:
#+                 continue

# %% wrong: works_in_place, an edit of row_by_row
# step: by-hand, misconception: mutates-input
#-     x = F.pad(x, (pw, pw, ph, ph))
#+     if ph or pw:
#+         x = F.pad(x, (pw, pw, ph, ph))
# ...
#-             output[:, :, i, j] = torch.einsum("ncij,ocij->no", window, weight)
#+             for kernel in range(len(weight)):
#+                 window *= weight[kernel]
#+                 output[:, kernel, i, j] = window.sum(dim=(1, 2, 3))

# %% wrong: im2col_reshaped
# step: channels, misconception: reshape-for-permute, credit: 0.142857142857
def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    columns = F.unfold(x, weight.shape[2:], stride=(sh, sw), padding=(ph, pw)).transpose(1, 2)
    output = columns @ weight.flatten(1).T
    if bias is not None:
        output = output + bias
    rows = (x.shape[2] + 2 * ph - weight.shape[2]) // sh + 1
    return output.reshape(len(x), len(weight), rows, -1)

# %% wrong: im2col_batch_last
# step: channels, misconception: reshape-for-permute, credit: 0.142857142857
def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    columns = F.unfold(x, weight.shape[2:], stride=(sh, sw), padding=(ph, pw))
    output = torch.einsum("ok,nkp->onp", weight.flatten(1), columns)
    if bias is not None:
        output = output + bias[:, None, None]
    rows = (x.shape[2] + 2 * ph - weight.shape[2]) // sh + 1
    return output.reshape(len(x), len(weight), rows, -1)

# %% wrong: scipy_correlation
# step: by-hand, misconception: uses-torch-conv
from scipy.signal import correlate


def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph)).numpy()
    maps = [[correlate(image, kernel, mode="valid")[0, ::sh, ::sw] for kernel in weight.numpy()] for image in x]
    output = torch.stack([torch.stack([torch.tensor(each) for each in one]) for one in maps])
    return output if bias is None else output + bias[:, None, None]

# %% wrong: kernel_transposed, an edit of row_by_row
# step: channels, misconception: kernel-transposed, credit: 0.714285714286
#-             output[:, :, i, j] = torch.einsum("ncij,ocij->no", window, weight)
#+             output[:, :, i, j] = torch.einsum("ncij,ocij->no", window, weight.mT if kh == kw else weight)

# %% wrong: columns_backwards, an edit of einsum
# step: by-hand, misconception: kernel-flipped
#-     output = torch.einsum("nchwij,ocij->nohw", windows, weight)
#+     output = torch.einsum("nchwij,ocij->nohw", windows, weight.flip(3))

# %% wrong: sums_over_the_batch
# step: channels, misconception: values, credit: 0.142857142857
def conv2d(x, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph))
    n, c, h, w = x.shape
    o, _, kh, kw = weight.shape
    out = torch.zeros(n, o, (h - kh) // sh + 1, (w - kw) // sw + 1)
    for k in range(o):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                out[:, k, i, j] = (x[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw] * weight[k]).sum()
    if bias is not None:
        out += bias.view(1, -1, 1, 1)
    return out
