"""Examples of the residual explorer."""

from __future__ import annotations

import torch
from torch import nn

from tests.explorers.examples.kinds import Arguments, Controls, Drag, Examples, Follow, Moved, Prediction, with_nan

_MISMATCH: Arguments = {"stride": 2, "out_channels": 8, "depth": 2}
RESIDUAL = Examples(
    pictures=[
        {"depth": 2, **given}
        for given in [
            {},
            _MISMATCH,
            {**_MISMATCH, "shortcut": "projection"},
            {"in_channels": 1},
            {"size": 9, "stride": 3, "padding": 0},
            {"relu": "before", "norm": False, "depth": 32},
            {"zero_gamma": True, "depth": 32},
            {"kernel": 1, "padding": 3, "size": 32, "depth": 1},
            {"norm": False, "init": "he", "depth": 32, "in_channels": 8, "out_channels": 8},
            {"image": torch.linspace(-3, 3, 2 * 3 * 40 * 17).reshape(2, 3, 40, 17)},
            {"image": torch.rand(128, 100)},
            {"block": nn.Conv2d(5, 5, 3, padding=1)},
            {"block": nn.Conv2d(5, 7, 3, stride=2)},
        ]
    ],
    figures=[Moved({"stride": 3, "shortcut": "projection", "norm": False, "depth": 6}, ("depth", 9))],
    refused=[
        ({"kernel": 8}, ValueError, "kernel=8 cannot be shown here: take 1 to 7"),
        ({"stride": 4}, ValueError, "take 1 to 3"),
        ({"padding": -1}, ValueError, "take 0 to 3"),
        ({"padding": "same"}, TypeError, "padding must be a whole number"),
        ({"out_channels": 0}, ValueError, "take 1 to 8"),
        ({"depth": 33}, ValueError, "take 1 to 32"),
        ({"shortcut": "none"}, ValueError, "'identity', 'projection', 'pooled'"),
        ({"relu": "never"}, ValueError, "'after', 'before'"),
        ({"init": "xavier"}, ValueError, "'torch', 'he'"),
        ({"size": 10}, ValueError, "(9, 9)"),
        ({"image": "dog"}, ValueError, "'camera'"),
        ({"image": torch.rand(1, 129, 9)}, ValueError, "129 × 9"),
        ({"image": torch.rand(9, 20, 20)}, ValueError, "image has 9 channels"),
        ({"image": torch.rand(17, 3, 9, 9)}, ValueError, "one image is wanted"),
        ({"block": nn.Linear(2, 2)}, TypeError, "no nn.Conv2d"),
        ({"block": nn.Conv2d}, TypeError, "the class Conv2d itself"),
        ({"block": "resnet"}, TypeError, "block is a str"),
        ({"block": nn.LazyConv2d(2, 3)}, TypeError, "run it once"),
        ({"block": with_nan(nn.Conv2d(2, 2, 1))}, ValueError, "block.weight holds NaN"),
        ({"kernal": 3}, TypeError, "kernal"),
    ],
    controls=Controls(
        {"depth": 3, "norm": True},
        {
            **{"shortcut": "projection", "relu": "before", "norm": False, "zero_gamma": True, "init": "he"},
            **{"image": "flower", "size": (16, 16)},
        },
    ),
    drag=Drag(
        {"size": 16, "depth": 2},
        [
            *(move for value in (1, 5, 2, 3) for move in (("stride", min(value, 3)), ("depth", value))),
            ("shortcut", "projection"),
        ],
        [("out_channels", value) for value in range(1, 6)],
        {"stride": 3, "depth": 3, "shortcut": "projection", "out_channels": 5},
    ),
    global_state=[
        Moved({"block": nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.Dropout(0.5)), "depth": 2}, ("depth", 3)),
        Moved({"init": "he", "depth": 1}, ("stride", 2)),
    ],
    follows=[
        Follow({"zero_gamma": True, "norm": False, "depth": 1}, [], disabled={"zero_gamma"}),
        Follow(
            {"zero_gamma": True, "norm": False, "depth": 1},
            [("norm", True)],
            enabled={"zero_gamma"},
            words="nn.init.zeros_(main[4].weight)",
        ),
    ],
    guesses=[
        ({"depth": 2, **given}, guess, right, words)
        for given, guess, right, words in [
            ({}, (4, 21, 28), True, "Right: (4, 21, 28)"),
            ({}, (4, 19, 26), False, "you said (4, 19, 26), it is (4, 21, 28)"),
            ({}, (0, 0, 0), False, "torch raises no error"),
            (_MISMATCH, (8, 11, 14), False, "You have told the main path"),
            (_MISMATCH, (4, 21, 28), False, "but torch raises an error"),
            ({"in_channels": 1}, (4, 21, 28), True, "repeated without a word"),
            ({"out_channels": 1}, (0, 0, 0), False, "repeated without a word"),
            ({"block": nn.Conv2d(3, 5, 3)}, (5, 19, 26), True, "Right: (5, 19, 26)"),
            ({"block": nn.Conv2d(3, 5, 3)}, (5, 21, 28), False, "it is (5, 19, 26)"),
        ]
    ],
    predictions=[
        Prediction(
            _MISMATCH,
            secrets=["torch says", "(4, 8, 11, 14)"],
            guess=["0", "0", "0"],
            feedback=["Right: torch raises an error. main(x) is (4, 8, 11, 14), shortcut(x) is (4, 4, 21, 28)"],
            kept=("depth", 4),
            asked_again=("shortcut", "projection"),
        )
    ],
)
