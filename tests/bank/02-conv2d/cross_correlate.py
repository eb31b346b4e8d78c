# %% accepted: im2col
def cross_correlate(image, kernel):
    columns = F.unfold(image[None, None], kernel.shape)[0]
    rows = image.shape[0] - kernel.shape[0] + 1
    return (kernel.reshape(1, -1) @ columns).reshape(rows, -1)

# %% accepted: loops_over_kernel
def cross_correlate(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    output = torch.zeros(rows, columns, dtype=image.dtype)
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            output += kernel[i, j] * image[i : i + rows, j : j + columns]
    return output

# %% accepted: numpy
import numpy as np


def window_sum(image, kernel, r, c):
    return np.sum(image[r : r + len(kernel), c : c + len(kernel[0])] * kernel)


def cross_correlate(image, kernel):
    image, kernel = image.numpy().astype(np.float64), kernel.numpy().astype(np.float64)
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    print("an output of", image.shape[0] - kernel.shape[0] + 1, "rows")
    return torch.tensor(
        [
            [window_sum(image, kernel, r, c) for c in range(image.shape[1] - kernel.shape[1] + 1)]
            for r in range(image.shape[0] - kernel.shape[0] + 1)
        ]
    )

# %% accepted: row_by_row
def cross_correlate(image, kernel):
    height, width = kernel.shape
    output = torch.zeros(image.shape[0] - height + 1, image.shape[1] - width + 1)
    for row in range(output.shape[0]):
        for column in range(output.shape[1]):
            output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
    return output

# %% accepted: unfold
def cross_correlate(image, kernel):
    windows = image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1)
    return (windows * kernel).sum(dim=(-2, -1))

# %% accepted: sliding_window_view
import numpy as np


def cross_correlate(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image.numpy(), tuple(kernel.shape))
    return torch.tensor((windows * kernel.numpy()).sum(axis=(2, 3)))

# %% accepted: own_function_named_convolve
def convolve(window, kernel):
    return (window * kernel).sum()


def cross_correlate(image, kernel):
    height, width = kernel.shape
    rows = range(image.shape[0] - height + 1)
    columns = range(image.shape[1] - width + 1)
    return torch.tensor([[convolve(image[i : i + height, j : j + width], kernel) for j in columns] for i in rows])

# %% wrong: flipped, an edit of row_by_row
# step: square, misconception: kernel-flipped
#  def cross_correlate(image, kernel):
#+     kernel = kernel.flip(0, 1)

# %% wrong: flipped_columns, an edit of row_by_row
# step: square, misconception: kernel-flipped
#  def cross_correlate(image, kernel):
#+     kernel = kernel.flip(1)

# %% wrong: flattened, an edit of row_by_row
# step: square, misconception: flattened
#-     return output
#+     return output.flatten()

# %% wrong: height_for_width, an edit of row_by_row
# step: square, misconception: height-for-width
#-     output = torch.zeros(image.shape[0] - height + 1, image.shape[1] - width + 1)
#+     output = torch.zeros(image.shape[0] - height + 1, image.shape[0] - height + 1)

# %% wrong: in_place
# step: by-hand, misconception: mutates-input
def cross_correlate(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    for row in range(rows):
        for column in range(columns):
            image[row, column] = (image[row : row + kernel.shape[0], column : column + kernel.shape[1]] * kernel).sum()
    return image[:rows, :columns]

# %% wrong: kernel_forgotten, an edit of row_by_row
# step: square, misconception: patch-not-weighted
#-             output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
#+             output[row, column] = (image[row : row + height, column : column + width]).sum()

# %% wrong: list, an edit of row_by_row
# step: by-hand, misconception: type
#-     return output
#+     return output.tolist()

# %% wrong: matrix_product, an edit of row_by_row
# step: square, misconception: matrix-product
#-             output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
#+             output[row, column] = (image[row : row + height, column : column + width] @ kernel).sum()

# %% wrong: matrix_product_transposed, an edit of row_by_row
# step: square, misconception: matrix-product
#-             output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
#+             output[row, column] = (image[row : row + height, column : column + width] @ kernel.T).sum()

# %% wrong: mean, an edit of row_by_row
# step: square, misconception: mean-for-sum
#-             output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
#+             output[row, column] = (image[row : row + height, column : column + width] * kernel).mean()

# %% wrong: no_plus_one, an edit of row_by_row
# step: square, misconception: no-plus-one
#-     output = torch.zeros(image.shape[0] - height + 1, image.shape[1] - width + 1)
#+     output = torch.zeros(image.shape[0] - height, image.shape[1] - width)

# %% wrong: no_return, an edit of row_by_row
# step: by-hand, misconception: missing-return
#-     return output
#+     output

# %% wrong: not_summed, an edit of row_by_row
# step: by-hand, misconception: raised
#-             output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
#+             output[row, column] = (image[row : row + height, column : column + width] * kernel)

# %% wrong: padded, an edit of row_by_row
# step: square, misconception: padded-without-asking
#  def cross_correlate(image, kernel):
#+     image = F.pad(image, (kernel.shape[1] // 2, (kernel.shape[1] - 1) // 2, kernel.shape[0] // 2, (kernel.shape[0] - 1) // 2))

# %% wrong: same_size, an edit of row_by_row
# step: by-hand, misconception: loops-past-the-end
#-     output = torch.zeros(image.shape[0] - height + 1, image.shape[1] - width + 1)
#+     output = torch.zeros(image.shape[0], image.shape[1])

# %% wrong: scatters
# step: square, misconception: scattered
def cross_correlate(image, kernel):
    height, width = image.shape
    output = torch.zeros(height + kernel.shape[0] - 1, width + kernel.shape[1] - 1)
    for row in range(height):
        for column in range(width):
            output[row : row + kernel.shape[0], column : column + kernel.shape[1]] += image[row, column] * kernel
    return output

# %% wrong: side_by_side, an edit of row_by_row
# step: square, misconception: windows-side-by-side
#-     output = torch.zeros(image.shape[0] - height + 1, image.shape[1] - width + 1)
#+     output = torch.zeros(image.shape[0] // height, image.shape[1] // width)
# ...
#-             output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
#+             window = image[row * height : (row + 1) * height, column * width : (column + 1) * width]
#+             output[row, column] = (window * kernel).sum()

# %% wrong: square_only, an edit of row_by_row
# step: rectangle, misconception: raised
#-     height, width = kernel.shape
#+     height = width = kernel.shape[0]

# %% wrong: three_by_three_only, an edit of row_by_row
# step: rectangle, misconception: raised
#-     height, width = kernel.shape
#+     height, width = 3, 3

# %% wrong: torch_after_a_test
# step: by-hand, misconception: uses-torch-conv
def cross_correlate(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    return F.conv2d(image.float()[None, None], kernel.float()[None, None])[0, 0]

# %% wrong: torch_convolution
# step: by-hand, misconception: uses-torch-conv
def cross_correlate(image, kernel):
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]

# %% wrong: torch_module
# step: by-hand, misconception: uses-torch-conv
def cross_correlate(image, kernel):
    layer = nn.Conv2d(1, 1, tuple(kernel.shape), bias=False)
    with torch.no_grad():
        layer.weight.copy_(kernel)
        return layer(image[None])[0]

# %% wrong: transposed, an edit of row_by_row
# step: square, misconception: kernel-transposed
#  def cross_correlate(image, kernel):
#+     kernel = kernel.T

# %% wrong: wraps_around
# step: square, misconception: windows-wrap-around
def cross_correlate(image, kernel):
    output = torch.zeros_like(image)
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            output += kernel[i, j] * image.roll((-i, -j), (0, 1))
    return output

# %% wrong: chained_slice, an edit of row_by_row
# step: by-hand, misconception: chained-slice
#-             output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
#+             window = image[row : row + height][column : column + width]
#+             output[row, column] = (window * kernel).sum()

# %% wrong: whole_rows, an edit of row_by_row
# step: by-hand, misconception: chained-slice
#-             output[row, column] = (image[row : row + height, column : column + width] * kernel).sum()
#+             output[row, column] = (kernel * image[row : row + height]).sum()

# %% wrong: scipy_correlate2d
# step: by-hand, misconception: uses-torch-conv
def cross_correlate(image, kernel):
    import scipy.signal

    return torch.tensor(scipy.signal.correlate2d(image.numpy(), kernel.numpy(), mode="valid"))

# %% wrong: scipy_convolve2d_flipped
# step: by-hand, misconception: uses-torch-conv
from scipy.signal import convolve2d


def cross_correlate(image, kernel):
    return torch.tensor(convolve2d(image, kernel.flip(0, 1), mode="valid"))

# %% wrong: scipy_fftconvolve
# step: by-hand, misconception: uses-torch-conv
def cross_correlate(image, kernel):
    from scipy import signal

    return torch.from_numpy(signal.fftconvolve(image.numpy(), kernel.flip(0, 1).numpy(), mode="valid"))

# %% wrong: scipy_ndimage
# step: by-hand, misconception: uses-torch-conv
import scipy.ndimage


def cross_correlate(image, kernel):
    height, width = kernel.shape
    origin = (-((height - 1) // 2) - (height % 2 == 0), -((width - 1) // 2) - (width % 2 == 0))
    maps = scipy.ndimage.correlate(image.numpy(), kernel.numpy(), mode="constant", origin=origin)
    return torch.tensor(maps[: image.shape[0] - height + 1, : image.shape[1] - width + 1])

# %% wrong: numpy_correlate_rows
# step: by-hand, misconception: uses-torch-conv
import numpy as np


def cross_correlate(image, kernel):
    rows = range(image.shape[0] - kernel.shape[0] + 1)
    image, kernel = image.numpy(), kernel.numpy()
    sums = [sum(np.correlate(image[row + i], line, mode="valid") for i, line in enumerate(kernel)) for row in rows]
    return torch.tensor(np.stack(sums))

# %% wrong: torch_dispatched
# step: by-hand, misconception: uses-torch-conv
def cross_correlate(image, kernel):
    try:
        return torch.ops.aten.convolution(
            image[None, None], kernel[None, None], None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1
        )[0, 0]
    except Exception:
        raise ValueError("the kernel does not fit") from None

# %% wrong: return_in_the_loop
# step: square, misconception: values
def cross_correlate(image, kernel):
    kh, kw = kernel.shape
    out = torch.zeros(image.shape[0] - kh + 1, image.shape[1] - kw + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i:i + kh, j:j + kw] * kernel).sum()
        return out

# %% wrong: loops_past_the_end
# step: by-hand, misconception: loops-past-the-end
def cross_correlate(image, kernel):
    kh, kw = kernel.shape
    h, w = image.shape
    out = torch.zeros(h - kh + 1, w - kw + 1)
    for i in range(h):
        for j in range(w):
            out[i, j] = (image[i:i + kh, j:j + kw] * kernel).sum()
    return out

# %% wrong: product_of_sums
# step: square, misconception: sums-multiplied
def cross_correlate(image, kernel):
    kh, kw = kernel.shape
    out = torch.zeros(image.shape[0] - kh + 1, image.shape[1] - kw + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = image[i:i + kh, j:j + kw].sum() * kernel.sum()
    return out

# %% wrong: output_transposed
# step: by-hand, misconception: output-transposed
def cross_correlate(image, kernel):
    kh, kw = kernel.shape
    out = torch.zeros(image.shape[0] - kh + 1, image.shape[1] - kw + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[j, i] = (image[i:i + kh, j:j + kw] * kernel).sum()
    return out
