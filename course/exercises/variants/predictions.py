"""Lesson 04's predictions, in the order of the notebook."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from course.checking.prediction import Prediction
from course.language import N_


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
        "Three groups share 12 output channels: 4 for each. Channel 0 is in the first group, and only that group sees it."
    ),
    {
        N_("So it is with groups=1, where every output channel sees every input channel."): 12,
        N_("So many input channels are in one group. How many output channels are?"): 2,
        N_("So it would be with groups=6 and 6 output channels: one for each input channel."): 1,
        N_("That is the number of groups. The input channel is in one of them."): 3,
    },
)

separable_parameters = Prediction(
    "separable-parameters",
    N_(
        "A regular 3 × 3 layer from 64 to 128 channels has 73,856 parameters. How many have depthwise and pointwise together, both with a bias?"
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
    N_("nn.Conv2d(1, 1, 3, dilation=4, bias=False) covers 9 × 9 pixels. How many parameters has it?"),
    lambda: sum(each.numel() for each in nn.Conv2d(1, 1, 3, dilation=4, bias=False).parameters()),
    N_(
        "The kernel still has 3 × 3 numbers, only further apart. Between them is nothing: nothing to learn, nothing to store."
    ),
    {
        N_(
            "So many pixels lie in the square. Only every fourth one, down and across, meets a number of the kernel."
        ): 81,
        N_("The dilation is a distance. It moves the kernel's numbers apart, it adds none."): 36,
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
    N_("Which shape has the weight of nn.ConvTranspose2d(16, 8, 3)?"),
    lambda: tuple(nn.ConvTranspose2d(16, 8, 3).weight.shape),
    N_("in_channels first. It is stored as the weight of the convolution from 8 to 16 channels that it turns around."),
    {N_("So it is for nn.Conv2d(16, 8, 3). A transposed convolution swaps the first two axes."): (8, 16, 3, 3)},
)

there_and_back = Prediction(
    "there-and-back",
    N_(
        "nn.Conv2d(1, 1, 3, stride=2, padding=1) makes 8 × 8 out of 16 × 16. How many pixels has a side after nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1) on these 8 × 8?"
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
