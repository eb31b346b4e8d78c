"""The predictions of lesson 06, in the order of its notebook."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from course.checking.prediction import Prediction
from course.language import N_

depthwise_weight_again = Prediction(
    "depthwise-weight-again",
    N_("What is the shape of the weight of nn.Conv2d(6, 6, 3, groups=6)?"),
    lambda: tuple(nn.Conv2d(6, 6, 3, groups=6).weight.shape),
    N_("(out_channels, in_channels / groups, height, width): six kernels, and each sees one channel."),
    {
        N_("That is right without groups. With 6 groups each kernel sees 6 / 6 channels."): (6, 6, 3, 3),
        N_("There are still six kernels, one for each output channel."): (1, 6, 3, 3),
    },
)


pooled_odd_side = Prediction(
    "pooled-odd-side",
    N_("F.max_pool2d(x, 2) gets x of shape (1, 1, 45, 45). How many rows does the result have?"),
    lambda: F.max_pool2d(torch.zeros(1, 1, 45, 45), 2).shape[2],
    N_("22 windows of two rows fit into 45. The last row is left out."),
    {
        N_("A window needs two rows. There is one left for a 23rd window."): 23,
        N_("A size is a whole number. Pooling rounds it down."): 22.5,
        N_("F.max_pool2d takes the kernel as its stride when none is given: windows do not overlap."): 44,
    },
)


two_stamps = Prediction(
    "two-stamps",
    N_(
        "The row (1, 1) goes through a transposed convolution with the kernel (1, 1, 1) and stride 2. Which row comes out? Write a list."
    ),
    lambda: F.conv_transpose1d(torch.ones(1, 1, 2), torch.ones(1, 1, 3), stride=2).flatten().int().tolist(),
    N_(
        "Each cell stamps three ones. The second stamp begins two cells later, so the two share one cell, and there it adds up."
    ),
    {
        N_("The stamps overlap: the second one begins two cells after the first, and a stamp is three cells long."): [
            1,
            1,
            1,
            1,
            1,
            1,
        ],
        N_("The length is right. What happens in the cell that both stamps cover?"): [1, 1, 1, 1, 1],
        N_("With a stride of 2 the second stamp begins two cells after the first, not one."): [1, 2, 2, 1],
    },
)


transposed_weight = Prediction(
    "transposed-weight",
    N_("What is the shape of the weight of nn.ConvTranspose2d(16, 8, 3)?"),
    lambda: tuple(nn.ConvTranspose2d(16, 8, 3).weight.shape),
    N_("in_channels first. It is stored as the weight of the convolution from 8 to 16 channels that it turns around."),
    {N_("That is right for nn.Conv2d(16, 8, 3). A transposed convolution swaps the first two axes."): (8, 16, 3, 3)},
)


there_and_back = Prediction(
    "there-and-back",
    N_(
        "nn.Conv2d(1, 1, 3, stride=2, padding=1) makes 8 × 8 out of 16 × 16. How many pixels does a side have after nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1) on these 8 × 8?"
    ),
    lambda: nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)(torch.zeros(1, 1, 8, 8)).shape[-1],
    N_(
        "(8 − 1) · 2 + 3 − 2 · 1 = 15. The convolution makes 8 out of 15 as well as out of 16; of the two you get the smaller one."
    ),
    {
        N_("The convolution makes 8 out of 16, but also out of 15. Which of them comes back?"): 16,
        N_(
            "Without padding it would be 17: seven steps of 2, and a stamp of 3. Padding takes cells off both ends."
        ): 17,
        N_("Padding does not enlarge the output of a transposed convolution."): 19,
    },
)
