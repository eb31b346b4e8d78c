"""Examples of the padding explorer."""

from __future__ import annotations

import math

import torch
from torch import nn

from course.explorers.padding.settings import SIZES
from tests.explorers.examples.kinds import Controls, Drag, Examples, Follow, Moved, Prediction

PADDING = Examples(
    pictures=[
        {
            **{"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation, "padding_mode": mode},
            **{"size": size, "preset": preset, "image": "brick", "row": 2, "column": 3},
        }
        for kernel, stride, padding, dilation, mode in [
            (5, 1, 2, 1, "zeros"),
            ((4, 6), 1, "same", 1, "reflect"),
            (7, 1, "same", 3, "replicate"),
            (1, 4, 9, 1, "circular"),
            ((1, 7), 3, (0, 5), 2, "circular"),
            (3, 2, "valid", 1, "zeros"),
            (2, 4, (9, 0), 1, "replicate"),
        ]
        for size in SIZES
        for preset in ("blur", "vertical edges")
        if not (size == (8, 8) and padding == 9)  # circular: torch refuses it
    ],
    figures=[Moved({"kernel": 4, "padding": "same", "padding_mode": "circular"}, ("padding_mode", "zeros"))],
    refused=[
        ({"padding": object()}, TypeError, "a pair of them, 'same' or 'valid'"),
        ({"padding": math.nan}, TypeError, "'same' or 'valid'"),
        ({"padding": 40}, ValueError, "take 0 to 16"),
        ({"padding_mode": "constant"}, ValueError, "'zeros', 'reflect', 'replicate', 'circular'"),
        ({"kernel": 8}, ValueError, "kernel_height=8 cannot be shown here: take 1 to 7"),
        ({"kernel": 2.5}, TypeError, "kernel_height must be a whole number"),
        ({"stride": 9}, ValueError, "take 1 to 4"),
        ({"size": 9}, ValueError, "there are: (8, 8)"),
        ({"image": "dog"}, ValueError, "there are: 'cat'"),
        ({"image": torch.rand(97, 9)}, ValueError, "97 × 9"),
        ({"channel": 1}, ValueError, "channel=1"),
        ({"kernal": 3}, TypeError, "kernal"),
        ({"layer": nn.Linear(2, 2)}, TypeError, "Linear"),
        ({"layer": nn.Conv2d(1, 1, 3, padding=33)}, ValueError, "layer pads 33 cells"),
        ({"layer": nn.Conv2d(5, 1, 3)}, ValueError, "takes 5 input channels"),
    ],
    controls=Controls(
        {"size": 32, "row": 5, "column": 5},
        {
            **{"padding_kind": "same", "padding_rows": 4, "padding_columns": 4, "padding_mode": "reflect"},
            **{"kernel_height": 4, "kernel_width": 4, "row": 4, "column": 4, "image": "brick", "size": (16, 16)},
            **{"stride": 4, "dilation": 3, "preset": "sharpen"},
        },
    ),
    drag=Drag(
        {"size": 16},
        [*(("padding_rows", value) for value in (1, 5, 9, 3)), ("padding_mode", "replicate")],
        [("column", value) for value in range(6)],
        {"padding_rows": 3, "padding_mode": "replicate", "column": 5},
    ),
    global_state=[Moved({"preset": "random"}, ("stride", 2))],
    follows=[
        Follow({"padding": 1}, [("padding_columns", 4)], words="padding=(1, 4)"),
        Follow({"padding": 1}, [("padding_columns", 4)], words="height: ⌊(20 + 1 + 1 − 5) / 1⌋ + 1 = 18"),
        Follow({"padding": 1}, [("padding_columns", 4)], words="width: ⌊(28 + 4 + 4 − 5) / 1⌋ + 1 = 32"),
        Follow({"row": 19, "column": 27}, [("stride", 4)], values={"row": 4, "column": 6}, highest={"column": 6}),
        Follow({}, [("padding_kind", "same")], disabled={"padding_rows", "padding_columns"}),
        Follow({}, [("padding_kind", "same"), ("padding_kind", "number")], enabled={"padding_columns"}),
    ],
    guesses=[
        ({"kernel": 3, "padding": 2}, (20, 28), False, "The padding counts once"),
        ({"kernel": 3, "padding": 0, "stride": 2}, (10, 14), False, "Which way do you round?"),
        ({"kernel": 3, "padding": 1, "stride": 2}, (20, 28), False, "The stride is missing"),
        ({"kernel": 3, "padding": 3, "dilation": 2}, (24, 32), False, "The dilation is missing"),
        ({"kernel": 3, "padding": (0, 1)}, (28, 18), False, "mixed up"),
        ({"kernel": 6, "padding": "same"}, (20, 28), True, "Right: 20 × 28"),
    ],
    predictions=[
        Prediction(
            {"kernel": 4, "padding": 2},
            secrets=["21", "Output size"],
            guess=["20", "28"],
            feedback=["it is 21 × 29", "A window of 4 cells has no middle: padding 2 on both sides"],
            kept=("padding_mode", "reflect"),
            asked_again=("padding_rows", 0),
            hides={"row", "column"},
        )
    ],
)
