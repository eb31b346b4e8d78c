"""Examples of the network explorer."""

from __future__ import annotations

import math

import torch
from torch import nn

from tests.explorers.examples.kinds import Controls, Drag, Examples, Follow, Moved, Prediction
from tests.explorers.networks import CNNWithResidual, SimpleCNN

NETWORK = Examples(
    pictures=[
        {"layer": 1},
        {"layer": 3, "row": 0, "column": 13},
        {"layer": 7},
        {"layer": 8},
        {"layers": "simple", "layer": 10, "image": "cat", "size": 64},
        {"layers": "simple", "layer": 12, "image": "coffee", "size": 224},
        {"layers": "dilated", "layer": 6, "row": 2},
        {"layers": "up and down", "layer": 7, "image": "coins", "size": 128},
        {"layers": [nn.Conv2d(1, 40, 3), nn.Linear(3, 4)], "layer": 1, "channel": 33},
        {"layers": [nn.Conv2d(1, 3, 3, stride=5)], "image": torch.randn(9, 31)},
        {"layers": [nn.Flatten(), nn.Linear(1, 21)], "layer": 2},
        {"layers": [nn.Conv2d(1, 1, (1, 9))], "image": torch.rand(1, 1000, 9)},
    ],
    figures=[
        Moved({"layer": 3, "row": 0, "column": 13}, ("layer", 2)),
        Moved({"layer": 8}, ("layer", 2)),
        Moved({"model": CNNWithResidual(), "layer": 12}, ("layer", 2)),
    ],
    refused=[
        ({"model": SimpleCNN}, TypeError, "the class SimpleCNN itself"),
        ({"model": 3}, TypeError, "model is a int"),
        ({"model": nn.LazyConv2d(3, 3)}, TypeError, "run it once"),
        ({"model": nn.Conv2d(5, 1, 3)}, ValueError, "a tensor (5, H, W)"),
        ({"model": nn.ReLU(), "kernel": 3}, ValueError, "kernel= is for a stack"),
        ({"model": nn.ReLU(), "layers": "dilated"}, ValueError, "layers= is for a stack"),
        ({"layers": "resnet"}, ValueError, "there are: 'small'"),
        ({"layers": nn.ReLU()}, TypeError, "hand a model over as model="),
        ({"layers": [3]}, TypeError, "layers holds a int"),
        ({"layers": [nn.GELU()]}, ValueError, "GELU(approximate='none') cannot be edited"),
        ({"layers": []}, ValueError, "from 1 to"),
        ({"layer": 9}, ValueError, "take 1 to 8"),
        ({"model": SimpleCNN(), "layer": "head"}, ValueError, "'features.0'"),
        ({"kind": "attention"}, ValueError, "'conv', 'depthwise'"),
        ({"kernel": 12}, ValueError, "take 1 to 11"),
        ({"kernel": 2.5}, TypeError, "kernel must be a whole number"),
        ({"digit": 10}, ValueError, "take 0 to 9"),
        ({"size": 30}, ValueError, "there are: 8, 16, 28"),
        ({"image": "dog"}, ValueError, "there are: 'digit'"),
        ({"image": torch.zeros(3, 3, dtype=torch.uint8)}, TypeError, "image / 255"),
        ({"image": torch.full((4, 4), math.nan)}, ValueError, "NaN"),
        ({"kernal": 3}, TypeError, "kernal"),
    ],
    controls=Controls(
        {"layer": 4, "row": 3, "column": 3},
        {
            **{"layer": 6, "count": 9, "stack": "dilated", "kind": "average pool", "follow": False},
            **{"image": "cat", "size": 32},
        },
        frozenset({"follow"}),  # it holds a number: nothing changes yet
        irreversible=frozenset({"stack", "kind", "channels"}),
    ),
    drag=Drag(
        {"layer": 4},
        [*(("kernel", value) for value in (5, 7, 1, 3)), ("channels", 5)],
        [("digit", value) for value in range(5)],
        {"kernel": 3, "channels": 5, "digit": 4},
    ),
    global_state=[
        Moved({"model": SimpleCNN(1), "layer": 3}, ("layer", 5)),
        Moved({"layer": 4}, ("stride", 2)),
    ],
    follows=[
        Follow({"layer": 1, "row": 20, "column": 7}, [("layer", 3)], values={"row": 10, "column": 3}),
        Follow({"layer": 1, "row": 20, "column": 7}, [("layer", 3), ("layer", 6)], values={"row": 5, "column": 1}),
        Follow({"layer": 6}, [("layer", 8)], highest={"row": 9}, disabled={"column"}),
    ],
    guesses=[
        ({"layer": 3}, (8, 14, 14), True, "⌊(28 + 0 + 0 − 2) / 2⌋ + 1 = 14"),
        ({"layer": 3}, (4, 14, 14), False, "number stays 8"),
        ({"layer": 4}, (8, 14, 14), False, "out_channels = 16 maps"),
        ({"layer": 2}, (8, 14, 14), False, "the shape stays"),
        ({"layer": 7}, (16, 1, 1), False, "not kept apart"),
        ({"layer": 7}, (784, 1, 1), True, "channels · height · width"),
        ({"layer": 8}, (10, 1, 1), True, "out_features"),
        ({"layers": "simple", "layer": 12}, (64, 1, 1), True, "global average"),
        ({"layers": "up and down", "layer": 5}, (8, 13, 13), False, "(size − 1) · stride"),
        ({"layers": [nn.Conv2d(1, 8, 3), nn.Conv2d(4, 4, 3)], "layer": 2}, (4, 24, 24), False, "gives nothing"),
    ],
    predictions=[
        Prediction(
            {"layer": 4, "kernel": 5, "stride": 2},
            secrets=["(16, 6, 6)", "144"],  # the latter is the in_features behind it
            guess=["16", "7", "7"],
            feedback=["you said 16 × 7 × 7, it is 16 × 6 × 6", "⌊(14 + 1 + 1 − 5) / 2⌋ + 1 = 6"],
            kept=("row", 3),
            asked_again=("layer", 5),
            hides={"channel", "row", "column"},
        )
    ],
)
