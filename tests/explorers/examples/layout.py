"""Examples of the layout explorer."""

from __future__ import annotations

from itertools import product

import torch

from course.explorers.layout.settings import OPERATIONS
from tests.explorers.examples.kinds import Controls, Drag, Examples, Follow, Moved, Prediction

_FORMATS = ["contiguous_format", "channels_last"]
LAYOUT = Examples(
    pictures=[
        {"operation": operation, "memory_format": memory_format, **sizes}
        for (operation, memory_format), sizes in zip(
            product(OPERATIONS, _FORMATS),
            [
                {},
                {"batch": 3, "channels": 4, "height": 6, "width": 6},
                {"batch": 1, "channels": 1, "height": 1, "width": 1},
                {"height": 3, "kernel": 1, "padding": 2, "out_channels": 4},
                {"channels": 2, "width": 6},
            ]
            * 3,
            strict=False,
        )
    ],
    figures=[Moved({"memory_format": "channels_last", "batch": 3}, ("operation", "reshape"))],
    refused=[
        ({"memory_format": "NHWC"}, ValueError, "channels_last"),
        ({"operation": "transpose"}, ValueError, "permute"),
        ({"batch": 4}, ValueError, "take 1 to 3"),
        ({"kernel": 3.0}, TypeError, "whole number"),
        ({"w": 5}, ValueError, "take 0 to 4"),
        ({"n": True}, TypeError, "whole number"),
        ({"rows": 3}, TypeError, "rows"),
        ({"x": torch.rand(3, 4, 5)}, ValueError, "x[None]"),
        ({"x": torch.rand(4, 5)}, ValueError, "x[None, None]"),
        ({"x": torch.rand(2, 28, 28, 3)}, ValueError, "permute(0, 3, 1, 2)"),
        ({"x": torch.rand(8, 3, 224, 224)}, ValueError, "x[:4, :6, :8, :8].clone()"),
        ({"x": torch.rand(8, 3, 224, 224)[:1, :, :8, :8]}, ValueError, "clone()"),
        ({"x": torch.rand(0, 3, 4, 5)}, ValueError, "nothing"),
        ({"x": torch.full((1, 1, 2, 2), torch.nan)}, ValueError, "4 values that are NaN or infinite, of 4"),
        ({"x": torch.zeros(1, 1, 2, 2, dtype=torch.complex64)}, TypeError, "complex64"),
        ({"x": torch.zeros(1, 1, 2, 2).to_sparse()}, TypeError, "sparse"),
        ({"x": torch.zeros(1, 1, 2, 2, device="meta")}, TypeError, "meta"),
        ({"x": torch.zeros(1, 1, 2, 2).numpy()[:, :, ::-1]}, TypeError, "negative"),
        ({"x": "cat"}, TypeError, "str"),
        ({"x": object()}, TypeError, "object"),
    ],
    controls=Controls(
        {"height": 5},
        {
            **{"memory_format": "channels_last", "batch": 3, "channels": 4, "height": 6, "width": 4},
            **{"n": 0, "c": 2, "h": 4, "w": 1, "operation": "permute", "out_channels": 3},
        },
    ),
    drag=Drag(
        {},
        [move for kernel in (1, 2, 3, 4) for move in (("kernel", kernel), ("memory_format", _FORMATS[kernel % 2]))],
        [("w", value) for value in (1, 4, 0)],
        {"kernel": 4, "memory_format": "contiguous_format", "w": 0},
    ),
    global_state=[Moved({}, ("stride", 2))],
    follows=[
        Follow(
            {"h": 3, "w": 4},
            [("height", 2), ("width", 1)],
            values={"n": 1, "c": 1, "h": 1, "w": 0},
            highest={"h": 1, "w": 0},
        ),
        Follow({"operation": "permute"}, [], disabled={"kernel"}),
        Follow({"operation": "permute"}, [("operation", "conv")], enabled={"kernel"}),
        # As it was given means contiguous without a tensor of one's own.
        Follow({}, [("memory_format", "preserve_format")], values={"memory_format": "contiguous_format"}),
    ],
    guesses=[
        ({}, (94,), False, "counted from 0"),
        ({}, (100,), False, "channels_last order"),
        ({"memory_format": "channels_last"}, (93,), False, "contiguous order"),
        ({}, (33,), False, "batch index n is forgotten: each image before this one takes 60 places"),
        ({}, (73,), False, "one step of c goes 20 places"),
        ({}, (97,), False, "h has the stride 5, w the stride 1"),
        ({}, (91,), False, "5 elements, not 4"),
        ({}, (7,), False, "only added up"),
        ({}, (12,), False, "Find the stride of each axis first"),
        ({}, (-5,), False, "Find the stride of each axis first"),
        ({}, (94,), False, "Not quite: you said 94."),
        ({}, (-5,), False, "Not quite: you said -5."),
        ({"memory_format": "channels_last"}, (93,), False, "Not quite: you said 93."),
        ({}, (93,), True, "Right: 1·60 + 1·20 + 2·5 + 3·1 = 93"),
        ({"memory_format": "channels_last"}, (100,), True, "Right: 1·60 + 1·1 + 2·15 + 3·3 = 100"),
        # A view that torch refuses can be guessed at too.
        ({"memory_format": "channels_last", "operation": "view(-1)"}, (100,), True, "Right"),
    ],
    predictions=[
        Prediction(
            {},
            secrets=["93", "x.stride()"],
            guess=["93"],
            feedback=["Right: 1·60 + 1·20 + 2·5 + 3·1 = 93"],
            kept=("kernel", 1),
            asked_again=("c", 2),
        )
    ],
    has_palette=False,
)
