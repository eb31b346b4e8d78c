"""Examples of the convolution explorer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import torch
from torch import nn

from course.explorers.convolution.settings import IMAGES
from tests.explorers.examples.kinds import Arguments, Controls, Drag, Examples, Follow, Moved, Prediction, with_nan


def _windows() -> Iterator[Arguments]:
    """Calls of the convolution explorer: many windows, each with another size, number of maps and image."""
    windows = product([1, 3, (2, 5), 11], [1, 3], [0, 3], [1, 2])
    shown = [(32, 1), (64, 4), (128, 8), (32, 8)] * 8
    for (kernel, stride, padding, dilation), (size, maps) in zip(windows, shown, strict=True):
        image = IMAGES[(size + stride) % len(IMAGES)]
        window = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
        yield {**window, "size": size, "out_channels": maps, "image": image}


CONVOLUTION = Examples(
    pictures=[*_windows(), {"image": torch.rand(3, 224, 320)}],
    figures=[Moved({"kernel": 5, "stride": 2, "size": 32}, ("dilation", 3))],
    refused=[
        ({"image": torch.zeros(20, 30, 3)}, ValueError, "permute(2, 0, 1)"),
        ({"image": torch.zeros(2, 3, 20, 30)}, ValueError, "image[0]"),
        ({"image": torch.zeros(20)}, ValueError, "(20,)"),
        ({"image": torch.zeros(3, 8, 8, dtype=torch.uint8)}, TypeError, "image / 255"),
        ({"image": torch.full((3, 8, 8), torch.nan)}, ValueError, "192 values that are NaN"),
        ({"image": [[1, math.inf]]}, ValueError, "1 values that are NaN or infinite"),
        ({"image": torch.zeros(3, 8, 8, dtype=torch.complex64)}, TypeError, "complex64"),
        ({"image": torch.zeros(1, 2000, 20)}, ValueError, "1024"),
        ({"image": object()}, TypeError, "object"),
        ({"image": "parrot"}, ValueError, "astronaut"),
        ({"kernel": torch.rand(4, 2, 3, 3)}, ValueError, "2 input channels, but the image has 3"),
        ({"kernel": torch.tensor([[torch.nan]])}, ValueError, "1 values that are NaN"),
        ({"kernel": torch.rand(3)}, ValueError, "(3,)"),
        ({"kernel": torch.rand(40, 40)}, ValueError, "31"),
        ({"kernel": 99}, ValueError, "take 1 to 11"),
        ({"kernel": 2.5}, TypeError, "whole number"),
        ({"kernel": True}, TypeError, "whole number"),
        ({"layer": nn.Linear(3, 3)}, TypeError, "Linear"),
        ({"layer": nn.Conv2d}, TypeError, "class Conv2d itself"),
        ({"layer": nn.LazyConv2d(3, 3)}, TypeError, "lazy"),
        ({"layer": with_nan(nn.Conv2d(3, 4, 3))}, ValueError, "layer.weight holds 108 values that are NaN"),
        ({"layer": nn.Conv2d(16, 4, 3)}, ValueError, "takes 16 input channels, but the image has 3"),
        ({"kernal": 3}, TypeError, "kernal"),
        ({"stride": 9}, ValueError, "take 1 to 5"),
        ({"padding": "SAME"}, ValueError, "'same', 'valid'"),
    ],
    controls=Controls(
        {"size": 32, "row": 5, "column": 5},
        {
            "kernel_width": 5,
            "square": False,
            "padding_kind": "same",
            "bias": False,
            "image": "cat",
            "size": 64,
            "preset": "blur",
            "values": ((1.0,) * 3,) * 3,
        },
        frozenset({"square", "in_channel"}),  # the table of values, which shows the channel's, is folded away
    ),
    drag=Drag(
        {"size": 32},
        [(name, value) for value in (2, 3, 1, 4, 2) for name in ("stride", "kernel_height", "dilation")],
        [("row", value) for value in range(8)],
        {"stride": 2, "kernel_height": 2, "kernel_width": 2, "dilation": 2},
    ),
    global_state=[Moved({"preset": "random", "size": 32}, ("stride", 2))],
    follows=[
        Follow(
            {"size": 32, "row": 31, "column": 31},
            [("stride", 5)],
            values={"row": 6, "column": 6},
            highest={"row": 6},
            words="y[0, 0, 6, 6]",
        ),
        Follow({"size": 32, "row": 31}, [("stride", 5), ("stride", 1)], highest={"row": 31}),
        Follow({}, [("kernel_height", 7)], values={"kernel_width": 7}, disabled={"kernel_width"}),
        Follow({}, [("kernel_height", 7), ("square", False), ("kernel_width", 2)], words="kernel_size=(7, 2)"),
        Follow({}, [("padding_kind", "valid")], disabled={"padding"}, words="padding='valid'"),
        Follow({"out_channels": 8, "channel": 7}, [("out_channels", 2)], values={"channel": 1}),
        Follow({"out_channels": 2}, [("image", "digit")], highest={"in_channel": 0}, words="nn.Conv2d(1, 2"),
    ],
    guesses=[
        ({"kernel": 3, "stride": 2, "size": 64}, (32, 32), True, "Right: 32 × 32"),
        ({"kernel": 3, "stride": 2, "size": 64}, (33, 33), False, "Which way do you round?"),
    ],
    predictions=[
        Prediction(
            {"kernel": 3, "stride": 2, "size": 64},
            secrets=["32", "Output size", "(1, 4, 32, 32)"],
            guess=["33", " 33 "],
            feedback=["Not quite", "Which way do you round?"],
            kept=("channel", 2),
            asked_again=("stride", 3),
            hides={"row", "column"},
        )
    ],
)
