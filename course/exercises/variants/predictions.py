"""Lesson 05's predictions, in the order of the notebook."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from course import arithmetic
from course.checking.prediction import Prediction
from course.language import N_

merged_kernel_side = Prediction(
    "merged-kernel-side",
    N_(
        "Two convolutions with 3 × 3 kernels follow each other, with nothing in between. One kernel can replace the two. How many rows does it have?"
    ),
    lambda: F.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 3, 3), padding=2).shape[2],
    N_("An output cell sees 3 rows of the map in between, and these see 5 rows of the input."),
    {
        N_("A 3 × 3 kernel sees 3 rows. The second one sees three rows of the map in between, each of which saw 3."): 3,
        N_("The windows overlap: three rows of the map in between see 5 rows of the input."): 6,
        N_("The windows overlap. Neighbouring rows of the map in between share two of their three rows."): 9,
    },
)

zeros_for_gaps = Prediction(
    "zeros-for-gaps",
    N_("nn.Conv2d(1, 1, 3, dilation=4, padding='same'): how many rows of zeros are added at the top?"),
    lambda: arithmetic.same_padding(3, 4)[0],
    N_("The kernel spans 4 · (3 − 1) + 1 = 9 rows. Of the 8 zeros in all, one half is on each side."),
    {
        N_("That is right without dilation. This kernel spans 9 rows."): 1,
        N_("That is both sides together."): 8,
    },
)


def _signal_of_three_sensors() -> object:
    try:
        return tuple(nn.Conv1d(3, 8, 5)(torch.zeros(1, 200, 3)).shape)
    except RuntimeError:
        return "RuntimeError"


signal_axes = Prediction(
    "signal-axes",
    N_(
        "Three sensors, 200 samples each. The tensor has the shape (1, 200, 3), and it goes through nn.Conv1d(3, 8, 5). What comes out?"
    ),
    _signal_of_three_sensors,
    N_("Axis 1 must hold the channels, and here it holds 200 samples. The layer was built for 3 channels."),
    {
        N_("That would come out of an input of shape (1, 3, 200): channels first, then the samples."): (1, 8, 196),
        N_("PyTorch does not look for the channels at the end, and it never puts them there."): (1, 196, 8),
    },
    choices=((1, 8, 196), (1, 196, 8), "RuntimeError"),
)


embedded_axes = Prediction(
    "embedded-axes",
    N_("Two texts of 20 characters are codes of shape (2, 20). nn.Embedding(128, 8) gets them. Which shape comes out?"),
    lambda: tuple(nn.Embedding(128, 8)(torch.zeros(2, 20, dtype=torch.long)).shape),
    N_("Each code is replaced by the 8 numbers of its row in the table. They become a new last axis: (N, L, C)."),
    {
        N_("Conv1d would like that. But the new numbers come last, and you must swap the axes yourself."): (2, 8, 20),
        N_("128 is the number of rows in the table. Each character gets one row, of 8 numbers."): (2, 20, 128),
        N_("Each single code becomes 8 numbers, so one axis is added."): (2, 8),
    },
)


def _channels_reached() -> int:
    x = torch.ones(1, 6, 3, 3, requires_grad=True)
    weight = torch.ones(12, 2, 3, 3)
    reached = 0
    for channel in F.conv2d(x, weight, groups=3)[0, :, 0, 0]:
        (gradient,) = torch.autograd.grad(channel, x, retain_graph=True)
        reached += int(gradient[0, 0].abs().sum() > 0)
    return reached


channels_reached = Prediction(
    "channels-reached",
    N_(
        "nn.Conv2d(6, 12, 3, groups=3): channel 0 of the input changes. How many of the 12 output channels can change with it?"
    ),
    _channels_reached,
    N_(
        "Three groups share 12 output channels, so each has 4. Channel 0 is in the first group, and only that group sees it."
    ),
    {
        N_("That is right for groups=1, where every output channel sees every input channel."): 12,
        N_("That is how many input channels one group has. How many output channels?"): 2,
        N_("That is right for groups=6 and 6 output channels: one for each input channel."): 1,
        N_("That is the number of groups. The input channel is in one of them."): 3,
    },
)

separable_parameters = Prediction(
    "separable-parameters",
    N_(
        "A regular 3 × 3 layer from 64 to 128 channels has 73,856 parameters. How many do depthwise and pointwise have together, both with a bias?"
    ),
    lambda: sum(
        parameter.numel()
        for layer in (nn.Conv2d(64, 64, 3, groups=64), nn.Conv2d(64, 128, 1))
        for parameter in layer.parameters()
    ),
    N_("Depthwise: 64 · 9 weights and 64 biases. Pointwise: 64 · 128 weights and 128 biases. Together 640 + 8,320."),
    {
        N_("The depthwise layer's 64 biases are missing. You will meet this number again below."): 8896,
        N_("Those are the weights alone. Both layers have biases."): 8768,
        N_("That is the depthwise layer alone. Nothing mixes the channels yet."): 640,
        N_("Two layers one after the other: their parameters add up, they do not multiply."): 576 * 8192,
    },
)

dilated_weights = Prediction(
    "dilated-weights",
    N_("nn.Conv2d(1, 1, 3, dilation=4, bias=False) covers 9 × 9 pixels. How many parameters does it have?"),
    lambda: sum(each.numel() for each in nn.Conv2d(1, 1, 3, dilation=4, bias=False).parameters()),
    N_(
        "The kernel still has 3 × 3 numbers, only further apart. There is nothing between them: nothing to learn, nothing to store."
    ),
    {
        N_(
            "That is how many pixels the square has. Only every fourth one, down and across, meets a number of the kernel."
        ): 81,
        N_("The dilation is a distance. It moves the kernel's numbers apart, it does not add any."): 36,
    },
)
