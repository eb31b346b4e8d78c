"""Lesson 01: what a learner predicts."""

from __future__ import annotations

import torch
from torch import nn

from course.checking.prediction import Prediction
from course.language import N_

bright_left = Prediction(
    "bright-left",
    N_(
        "A 3 × 3 window is 1 in its left column and 0 elsewhere. The kernel has the rows (-1, 0, 1), (-2, 0, 2), (-1, 0, 1). "
        "Which number comes out?"
    ),
    lambda: float((torch.tensor([[1.0, 0, 0]] * 3) * torch.tensor([[-1.0, 0, 1], [-2.0, 0, 2], [-1.0, 0, 1]])).sum()),
    N_("Only the left column counts: 1 · (−1) + 1 · (−2) + 1 · (−1) = −4. Bright on the left gives a negative number."),
    {
        N_("Bright on the left meets the negative numbers of the kernel. Which sign does the sum have?"): 4,
        N_("0 comes out of a flat window. This one is bright on the left only."): 0,
    },
)

bytes_again = Prediction(
    "bytes-again",
    N_("A pixel is 250, as `uint8`. Your code adds 10 to it, still as `uint8`. Which number is it then?"),
    lambda: int(torch.tensor(250, dtype=torch.uint8) + torch.tensor(10, dtype=torch.uint8)),
    N_(
        "After 255 a byte starts again at 0: 250 + 10 = 260, and 260 − 256 = 4. The brightest pixel becomes nearly black."
    ),
    {
        N_("`uint8` ends at 255. Which number follows?"): 260,
        N_("A byte does not stop at its end. It starts again at 0."): 255,
    },
)

permuted_shape = Prediction(
    "permuted-shape",
    N_("`images` has the shape (4, 48, 64, 3). What is the shape of `images.permute(0, 3, 2, 1)`?"),
    lambda: tuple(torch.empty(4, 48, 64, 3, device="meta").permute(0, 3, 2, 1).shape),
    N_(
        "`permute` takes, for each new axis, the number of an old one: 0 is N, 3 is C, 2 is W, 1 is H. So this is NCWH: every picture lies on its side."
    ),
    {
        N_("That would be `permute(0, 3, 1, 2)`. Read the four numbers once more, one by one."): (4, 3, 48, 64),
        N_("That is the old shape: `permute` has moved the axes."): (4, 48, 64, 3),
    },
)

reshaped_channel = Prediction(
    "reshaped-channel",
    N_("Which four numbers are channel 0 of `tiny.reshape(1, 3, 2, 2)`?"),
    lambda: torch.arange(12).reshape(1, 2, 2, 3).reshape(1, 3, 2, 2)[0, 0].flatten().tolist(),
    N_(
        "`reshape` keeps the numbers in their order and only cuts them up in a new way. The first four numbers are red, green and blue of the first pixel, and the red of the second."
    ),
    {N_("Those are the reds. `reshape` does not look for them; `permute` does."): (0, 3, 6, 9)},
)

constant_image = Prediction(
    "constant-image",
    N_("Every number of a batch is 128. Are its reshaped and its permuted version equal? True or False?"),
    lambda: bool(torch.equal(torch.full((1, 4, 5, 3), 128).permute(0, 3, 1, 2), torch.full((1, 3, 4, 5), 128))),
    N_("However you cut up equal numbers, you get equal numbers. A test with such a picture can never fail."),
    choices=(True, False),
)

silent_layout = Prediction(
    "silent-layout",
    N_("`nn.Conv2d(32, 8, 3)` gets feature maps in NHWC, of shape (4, 32, 32, 32). What do you get?"),
    lambda: "a result" if tuple(nn.Conv2d(32, 8, 3)(torch.zeros(4, 32, 32, 32)).shape) == (4, 8, 30, 30) else "",
    N_(
        "Axis 1 has the size 32, as the layer wants it. Torch sees sizes, not meanings: it takes the rows for channels, and there is no error."
    ),
    choices=("an error", "a result"),
)

unbatched_flatten = Prediction(
    "unbatched-flatten",
    N_(
        "One image of shape (3, 32, 32), without a batch axis, goes through `nn.Conv2d(3, 8, 3)` and `nn.Flatten()`. What is the shape of the result?"
    ),
    lambda: tuple(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten())(torch.zeros(3, 32, 32)).shape),
    N_(
        "The convolution understands a single image (C, H, W). `nn.Flatten` does not: it keeps axis 0 and flattens the rest, so eight channels now look like eight images."
    ),
    {
        N_("That would be right for a batch of one image: (1, 3, 32, 32)."): (1, 7200),
        N_("`nn.Flatten` always keeps axis 0, whatever it means."): (7200,),
    },
)

broadcast_axis = Prediction(
    "broadcast-axis",
    N_("`x` has the shape (2, 3, 5, 3) and `mean` the shape (3,). What does `x - mean` do?"),
    lambda: (
        "mean[i] from column i"
        if bool(((torch.zeros(2, 3, 5, 3) - torch.arange(3.0))[..., 2] == -2).all())
        else "mean[i] from channel i"
    ),
    N_(
        "Broadcasting lines shapes up from the right. The 3 of `mean` is under the last 3 of `x`, the columns. The sizes are equal, so there is no error."
    ),
    choices=("mean[i] from channel i", "mean[i] from column i", "an error"),
)

channel_step = Prediction(
    "channel-step",
    N_("`x = torch.zeros(2, 3, 5, 7)`. How many numbers after `x[0, 0, 0, 0]` does `x[0, 1, 0, 0]` come in memory?"),
    lambda: torch.zeros(2, 3, 5, 7).stride(1),
    N_("One channel is 5 rows of 7 numbers, 35 numbers in all. The next channel starts after them."),
    {
        N_("1 is the step to the next column."): 1,
        N_("7 is the step to the next row."): 7,
        N_("105 is the step to the next image: three channels of 35."): 105,
    },
)

channels_last_shape = Prediction(
    "channels-last-shape",
    N_("`x` has the shape (2, 3, 5, 7). What is the shape of `x.to(memory_format=torch.channels_last)`?"),
    lambda: tuple(torch.zeros(2, 3, 5, 7).to(memory_format=torch.channels_last).shape),
    N_("A memory format is an order in memory. Shape, axes and values stay as they are; only the strides change."),
    {
        N_("That is what the name suggests. But the channels are last in memory only."): (
            2,
            5,
            7,
            3,
        )
    },
)
