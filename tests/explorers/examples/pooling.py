"""Examples of the pooling explorer."""

from __future__ import annotations

import torch
from torch import nn

from tests.explorers.examples.kinds import Controls, Drag, Examples, Follow, Moved, Prediction

POOLING = Examples(
    pictures=[
        {},
        {"kernel": 3, "stride": 2, "padding": 1, "gradient": True, "image": "edges"},
        {"kind": "average", "kernel": 4, "stride": 3, "padding": 2, "size": 16, "shift": 3},
        {"kind": "adaptive", "output": 5, "gradient": True, "shift": 1, "size": (12, 16)},
        {"kernel": 8, "size": 8, "gradient": True, "shift": 2},
        {"kernel": 1, "size": 32, "image": "digit"},
        {"image": torch.linspace(-2, 3, 2 * 90 * 40).reshape(2, 90, 40), "channel": 1, "gradient": True, "shift": 1},
        {"max_pool": lambda x, kernel, stride, padding: 2 * nn.functional.max_pool2d(x, kernel, stride, padding)},
    ],
    figures=[Moved({"gradient": True, "shift": 1, "size": 16}, ("kernel", 3))],
    refused=[
        ({"kind": "median"}, ValueError, "'max', 'average', 'adaptive'"),
        ({"kernel": 9}, ValueError, "kernel=9 cannot be shown here: take 1 to 8"),
        ({"kernel": (2, 2)}, TypeError, "kernel must be a whole number"),
        ({"stride": 0}, ValueError, "take 1 to 8"),
        ({"padding": "same"}, TypeError, "padding must be a whole number"),
        ({"shift": 4}, ValueError, "take 0 to 3"),
        ({"size": 10}, ValueError, "there are: (8, 8)"),
        ({"image": "dog"}, ValueError, "'cat'"),
        ({"image": torch.rand(97, 9)}, ValueError, "97 × 9"),
        ({"image": torch.rand(2, 9, 9), "channel": 2}, ValueError, "channel=2"),
        ({"channel": 1}, ValueError, "channel=1"),
        ({"max_pool": 3}, TypeError, "it is a int"),
        ({"kernal": 3}, TypeError, "kernal"),
    ],
    controls=Controls(
        {"size": 16, "kernel": 3, "stride": 2, "padding": 1, "row": 3, "column": 3},
        {
            **{"kind": "average", "apart": True, "padding": 0, "gradient": True, "image": "digit", "size": (32, 32)},
            **{"kernel": 2, "stride": 3},
        },
        frozenset({"output"}),  # it is for adaptive pooling
        irreversible=frozenset({"apart"}),  # the stride was the kernel's meanwhile
    ),
    drag=Drag(
        {"size": 16},
        [*(("kernel", value) for value in (3, 5, 1, 2)), ("shift", 2), ("gradient", True)],
        [("column", value) for value in range(6)],
        {"kernel": 2, "stride": 2, "shift": 2, "gradient": True},
    ),
    global_state=[Moved({"gradient": True}, ("kernel", 3))],
    follows=[
        Follow(
            {"size": 16},
            [("kernel", 4)],
            values={"stride": 4, "column": 3},
            highest={"column": 3},
            disabled={"stride", "output"},
            words="nn.MaxPool2d(kernel_size=4)",
        ),
        Follow({}, [("kind", "adaptive")], disabled={"kernel", "stride", "padding"}, enabled={"output"}),
        Follow(
            {}, [("apart", False), ("stride", 1)], enabled={"stride"}, words="nn.MaxPool2d(kernel_size=2, stride=1)"
        ),
    ],
    guesses=[
        ({"size": 16, "kernel": 3}, (5, 5), True, "Right: 5 × 5"),
        ({"size": 16, "kernel": 3}, (6, 6), False, "it is 5 × 5"),
        ({"kind": "adaptive", "output": 5}, (5, 5), True, "asked for, 5 × 5"),
        ({"kind": "adaptive", "output": 5}, (6, 6), False, "asked for, 5 × 5"),
    ],
    predictions=[
        Prediction(
            {"size": 16, "kernel": 3},
            secrets=["= 5", "Output size"],
            guess=["5", "5"],
            feedback=["Right: 5 × 5"],
            kept=("gradient", True),
            asked_again=("kernel", 2),
            hides={"row", "column"},
        )
    ],
)
