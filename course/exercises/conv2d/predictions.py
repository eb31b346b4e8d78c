"""Lesson 02's predictions, in the order of the notebook."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from course import arithmetic
from course.checking.prediction import Prediction
from course.language import N_

one_window_again = Prediction(
    "one-window-again",
    N_(
        "A window has the rows (1, 2) and (3, 4). The kernel has the rows (0, 1) and (1, 0). Which number does the window give?"
    ),
    lambda: int((torch.tensor([[1, 2], [3, 4]]) * torch.tensor([[0, 1], [1, 0]])).sum()),
    N_("Each pixel times the kernel number on top of it, everything added up: 1·0 + 2·1 + 3·1 + 4·0."),
    {
        N_("10 is the sum of the window alone: the kernel does not count in it."): 10,
        N_("A matrix product has four numbers. A window gives one: multiply cell by cell, then add up."): [
            [2, 1],
            [4, 3],
        ],
    },
)

axes_of_a_mean = Prediction(
    "axes-of-a-mean",
    N_(
        "A batch of colour photos has the shape (8, 3, 32, 48). You want one mean for each channel, 3 numbers. Over which axes do you take it? Write a tuple."
    ),
    lambda: tuple(axis for axis, name in enumerate("NCHW") if name != "C"),
    N_("The axes are (N, C, H, W). C, axis 1, must stay; the mean goes over all other axes."),
    {
        N_("That gives a mean for each channel of each photo: 8 × 3 numbers."): (2, 3),
        N_("That is the axis that must stay."): (1,),
        N_("That would be right if the channels came last."): (0, 1, 2),
    },
)

places_in_a_row = Prediction(
    "places-in-a-row",
    N_(
        "A row has 7 pixels, and the window covers 3 of them. It moves by one pixel at a time. How many places are there?"
    ),
    lambda: F.conv1d(torch.ones(1, 1, 7), torch.ones(1, 1, 3)).shape[-1],
    N_("The window can begin at the pixels 0, 1, 2, 3 and 4. At 5 it would stick out."),
    {
        N_("7 would need pixels beyond both ends, for a window in the middle of each pixel."): 7,
        N_("4 steps are right, but the window also has a place before its first step."): 4,
        N_("2 windows fit side by side. But the window moves by one pixel, so the places overlap."): 2,
    },
)

flipped_or_not = Prediction(
    "flipped-or-not",
    N_(
        "One pixel is 1, all others are 0. The kernel's rows are (1, 2, 3), (4, 5, 6), (7, 8, 9). What is the first number of the output?"
    ),
    lambda: int(
        F.conv2d(F.pad(torch.ones(1, 1, 1, 1), (2, 2, 2, 2)), torch.arange(1.0, 10.0).reshape(1, 1, 3, 3)).flatten()[0]
    ),
    N_(
        "The first window has the bright pixel in its bottom right corner, where the kernel has its 9. So the kernel itself is not flipped, but the picture of a single dot is."
    ),
    {
        N_(
            "1 would come out if the kernel were flipped, as in the mathematician's convolution. torch does not flip."
        ): 1,
        N_("5 comes out when the window has the dot in its middle. The first window has it in a corner."): 5,
    },
)

maps_that_come_out = Prediction(
    "maps-that-come-out",
    N_(
        "`nn.Conv2d(3, 16, kernel_size=5)` gets 8 colour photos, a tensor of shape (8, 3, 32, 48). Which shape comes out?"
    ),
    lambda: tuple(nn.Conv2d(3, 16, kernel_size=5)(torch.zeros(8, 3, 32, 48)).shape),
    N_("Batch 8 stays. 16 kernels give 16 maps. A window of 5 has 32 − 5 + 1 = 28 places down and 44 across."),
    {
        N_("The three colours do not give maps of their own: each kernel sums over all of them."): (8, 48, 28, 44),
        N_("A window of 5 without padding cannot have its middle on every pixel, so the maps are smaller."): (
            8,
            16,
            32,
            48,
        ),
        N_("The batch stays the first axis: each photo gets maps of its own."): (16, 28, 44),
        N_("A convolution's windows overlap, so the size is not divided by the kernel."): (8, 16, 6, 9),
    },
)

larger_picture = Prediction(
    "larger-picture",
    N_(
        "A layer has 448 parameters on images of 32×32. The images become twice as high and twice as wide. How many parameters does the layer have now?"
    ),
    lambda: sum(parameter.numel() for parameter in nn.Conv2d(3, 16, kernel_size=3).parameters()),
    N_("The same kernels slide over the larger image. The layer is not told the size of the image when it is made."),
    {N_("The work grows four times. What is learned, the kernels, stays."): 4 * 448},
)

steps_of_two = Prediction(
    "steps-of-two",
    N_(
        "Kernel 3, stride 2, no padding. One row has 7 pixels, another has 8. How many numbers does each give? Write a pair."
    ),
    lambda: tuple(F.conv1d(torch.ones(1, 1, size), torch.ones(1, 1, 3), stride=2).shape[-1] for size in (7, 8)),
    N_(
        "The windows begin at 0, 2 and 4. At 6 a window does not fit, neither into 7 pixels nor into 8: the eighth pixel is never seen."
    ),
    {
        N_("A window at 6 needs the pixels 6, 7 and 8, but a row of 8 ends at pixel 7."): (3, 4),
        N_("4 is 8 divided by the stride. But the last window must fit too."): (4, 4),
    },
)

two_small_layers = Prediction(
    "two-small-layers",
    N_(
        "Two layers with 3×3 kernels follow each other, both with stride 1. How many pixels of the picture, across, does one output cell see?"
    ),
    lambda: arithmetic.receptive_field([(3, 1), (3, 1)]).size,
    N_("The second kernel covers 3 cells. The outer two of them each see one pixel more: 1 + 3 + 1 = 5."),
    {
        N_("6 would be 3 + 3. But the windows of neighbouring cells overlap."): 6,
        N_("9 would be 3 × 3. That is what a stride of 3 in the first layer would give."): 9,
        N_("3 is what the second layer sees of the first one's output."): 3,
        N_("25 is the number of pixels in the whole field. Across, it is 5."): 25,
    },
)
