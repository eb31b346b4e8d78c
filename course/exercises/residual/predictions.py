"""Lesson 05: what a sum gives when shapes differ, and what a bottleneck saves."""

from __future__ import annotations

import torch

from course import arithmetic
from course.checking.prediction import Prediction
from course.language import N_

one_channel_sum = Prediction(
    "one-channel-sum",
    N_(
        "The main path gives (8, 16, 28, 28), the input is (8, 1, 28, 28), and there is no layer on the shortcut. What is the shape of "
        "their sum? (A tuple, or 'RuntimeError')"
    ),
    lambda: tuple((torch.zeros(8, 16, 28, 28) + torch.zeros(8, 1, 28, 28)).shape),
    N_(
        "An axis of size 1 broadcasts: the one channel is added to each of the 16. No error says that a projection is missing."
    ),
    {N_("So it would be with 3 channels against 16. An axis of size 1 is special."): "RuntimeError"},
)


def _weights(*layers: tuple[int, int, int]) -> int:
    return sum(arithmetic.parameter_count(*layer, bias=False) for layer in layers)


bottleneck_weights = Prediction(
    "bottleneck-weights",
    N_(
        "256 channels come in and 256 go out. Two 3 × 3 convolutions need 1,179,648 weights. How many does the bottleneck need: "
        "1 × 1 to 64 channels, 3 × 3, 1 × 1 back to 256? (No biases.)"
    ),
    lambda: _weights((256, 64, 1), (64, 64, 3), (64, 256, 1)),
    N_("256 · 64 + 64 · 64 · 9 + 64 · 256 = 69,632: about a seventeenth."),
    {
        N_("That leaves out the second 1 × 1 convolution, which widens the channels again."): lambda: _weights(
            (256, 64, 1), (64, 64, 3)
        ),
        N_("That takes the 3 × 3 as 1 × 1. Each of its kernels has nine numbers for each input channel."): lambda: (
            _weights((256, 64, 1), (64, 64, 1), (64, 256, 1))
        ),
    },
)
