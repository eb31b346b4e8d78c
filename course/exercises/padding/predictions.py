"""Lesson 03's predictions, in the order of the notebook."""

from __future__ import annotations

import warnings

import torch
import torch.nn.functional as F
from torch import nn

from course import arithmetic
from course.checking.prediction import Prediction
from course.language import N_

strided_window_again = Prediction(
    "strided-window-again",
    N_(
        "A 5 × 5 kernel with stride 2 goes over an image of 31 × 31, without padding. How many rows does the output have?"
    ),
    lambda: F.conv2d(torch.zeros(1, 1, 31, 31), torch.zeros(1, 1, 5, 5), stride=2).shape[2],
    N_("(31 − 5) / 2 + 1 = 14: thirteen steps, and the place before the first step."),
    {
        N_("There are 13 steps. The window also has a place before its first step."): 13,
        N_("That is the size for stride 1. With stride 2 every second place is left out."): 27,
        N_("A 1 × 1 kernel would give that. A larger one also loses places at the end."): 16,
    },
)

channels_to_front = Prediction(
    "channels-to-front",
    N_("A photo has the shape (48, 64, 3): height, width, channels. What is the shape of photo.permute(2, 0, 1)?"),
    lambda: tuple(torch.zeros(48, 64, 3).permute(2, 0, 1).shape),
    N_("The new axes are the old axes 2, 0 and 1: channels, height, width."),
    {
        N_("That is permute(2, 1, 0): height and width are swapped, and the photo lies on its side."): (3, 64, 48),
        N_("permute lists the old axes in their new order: axis 2, the channels, comes first."): (64, 3, 48),
    },
)


def _after_layers(layers: int) -> int:
    x = torch.zeros(1, 1, 28, 28)
    for _layer in range(layers):
        x = F.conv2d(x, torch.zeros(1, 1, 3, 3))
    return x.shape[-1]


after_ten_layers = Prediction(
    "after-ten-layers",
    N_(
        "An image of 28 × 28 goes through ten 3 × 3 layers without padding. How many pixels does a side have at the end?"
    ),
    lambda: _after_layers(10),
    N_(
        "Each layer takes one pixel off at either end: 28 − 10 · 2 = 8. After thirteen layers 2 are left, and a fourteenth fails."
    ),
    {
        N_("That is one pixel for each layer. Each side of the image loses one at either end."): 18,
    },
)

padding_pair = Prediction(
    "padding-pair",
    N_("An image of 10 rows and 10 columns, a 3 × 3 kernel, padding=(1, 2). What is the output's (height, width)?"),
    lambda: tuple(nn.Conv2d(1, 1, 3, padding=(1, 2))(torch.zeros(1, 1, 10, 10)).shape[2:]),
    N_("The pair is (rows, columns), each on both sides: 10 + 2 · 1 − 2 rows, and 10 + 2 · 2 − 2 columns."),
    {
        N_("That takes the pair as (columns, rows). torch counts axes in the order of the shape: H before W."): (
            12,
            10,
        ),
        N_("That takes the pair as (before, after). It is one number for each axis, and each is used on both sides."): (
            11,
            11,
        ),
    },
)


def _torch_sides(kernel: int) -> tuple[int, int]:
    """How torch splits 'same', seen from outside: a kernel with a single 1 moves its input by as many cells."""
    ones, first, last = torch.ones(1, 1, 2 * kernel), torch.zeros(1, 1, kernel), torch.zeros(1, 1, kernel)
    first[..., 0] = last[..., -1] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns that an even kernel costs it a copy
        moved = [F.conv1d(ones, each, padding="same") for each in (first, last)]
    before, after = (int((each == 0).sum()) for each in moved)
    return before, after


even_same = Prediction(
    "even-same",
    N_("A kernel of 4 and padding='same': how many zeros are put (before, after) each row of pixels?"),
    lambda: _torch_sides(4),
    N_(
        "A window of 4 costs 3 positions, so 3 zeros are needed. They cannot be shared evenly, and torch puts the odd one after."
    ),
    {
        N_("The number is right. torch puts the odd one on the other side."): (2, 1),
        N_("Then the output would have one pixel too many: 2 + 2 zeros, and a window of 4 costs 3 positions."): (2, 2),
    },
)


def _strided_same() -> object:
    try:
        return tuple(nn.Conv2d(1, 1, 3, stride=2, padding="same")(torch.zeros(1, 1, 32, 32)).shape[2:])
    except ValueError:
        return "ValueError"


strided_same = Prediction(
    "strided-same",
    N_("nn.Conv2d(1, 1, 3, stride=2, padding='same') gets an image of 32 × 32. What comes out?"),
    _strided_same,
    N_("torch refuses it when the layer is built: a stride of 2 cannot keep the size, so 'same' would not be true."),
    {
        N_("TensorFlow would give that. torch says no."): (16, 16),
        N_("The word promises that. A window that skips every second place cannot keep the promise."): (32, 32),
    },
    choices=((32, 32), (16, 16), "ValueError"),
)

first_centre = Prediction(
    "first-centre",
    N_(
        "TensorFlow's rule on a row of 8 pixels, kernel 3, stride 2. Over which pixel (0 to 7) is the centre of the first window?"
    ),
    lambda: arithmetic.window(0, 3, 2, padding=(0, 1))[1],
    N_(
        "Four windows of 3, two apart, span 9 pixels. One zero is missing, and it goes after: the first window covers pixels 0, 1 and 2."
    ),
    {N_("That is torch's padding=1, with a zero before the row."): 0},
)


def _shifts_kept(stride: int, most: int) -> int:
    generator = torch.Generator().manual_seed(0)
    x, kernel = torch.rand(1, 1, 64, 64, generator=generator), torch.rand(1, 1, 3, 3, generator=generator)
    y, kept = F.conv2d(x, kernel, stride=stride), 0
    for shift in range(most + 1):
        moved = F.conv2d(x.roll(shift, dims=2), kernel, stride=stride)[:, :, 4:-4]
        copies = (y.roll(rows, dims=2)[:, :, 4:-4] for rows in range(4))
        kept += any(torch.allclose(moved, copy, atol=1e-5) for copy in copies)
    return kept


shifts_of_stride_four = Prediction(
    "shifts-of-stride-four",
    N_(
        "A photo moves down by 0, 1, 2, … 8 pixels: nine shifts. nn.Conv2d(1, 1, 3, stride=4) sees each. For how many of "
        "them is the output, away from the border, a shifted copy of the first one?"
    ),
    lambda: _shifts_kept(4, 8),
    N_("Shifts by 0, 4 and 8: then the windows fall on the same pixels again. For the others they see new windows."),
    {
        N_("That would be right for stride 1."): 9,
        N_("Shifts by 4 and 8 are right. A shift by 0 counts, too."): 2,
        N_("Being even is not enough here: the windows are 4 pixels apart."): 5,
    },
)
