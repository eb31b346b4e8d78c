"""Lesson 03's predictions, in the order of the notebook."""

from __future__ import annotations

import warnings

import torch
import torch.nn.functional as F
from torch import nn

from course import arithmetic
from course.checking.prediction import Prediction
from course.language import N_


def _after_layers(layers: int) -> int:
    x = torch.zeros(1, 1, 28, 28)
    for _layer in range(layers):
        x = F.conv2d(x, torch.zeros(1, 1, 3, 3))
    return x.shape[-1]


after_ten_layers = Prediction(
    "after-ten-layers",
    N_("An image of 28 × 28 goes through ten 3 × 3 layers without padding. How many pixels has a side at the end?"),
    lambda: _after_layers(10),
    N_(
        "Each layer takes one pixel off at either end: 28 − 10 · 2 = 8. After thirteen layers 2 are left, and a fourteenth fails."
    ),
    {
        N_("That is one pixel for each layer. A border has two ends."): 18,
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
    N_("A kernel of 4 and padding='same': how many zeros stand (before, after) each row of pixels?"),
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
    {N_("So it is with padding=1 in torch, where a zero stands before the row."): 0},
)
