"""Examples of the learning explorer."""

from __future__ import annotations

import torch

from tests.explorers.examples.kinds import Controls, Drag, Examples, Follow, Moved, Prediction

LEARNING = Examples(
    pictures=[
        {},
        {"image": "flat", "size": 16},
        {"image": "stripes", "kernel": 5, "padding": 3, "optimizer": "Adam", "steps": 40},
        {"optimizer": "SGD", "rate": 3.0, "size": 16},
        {"steps": 0, "target": "identity", "kernel": 1, "stride": 3},
        {"optimizer": "momentum", "rate": 0.1, "target": "blur", "kernel": 7, "size": 64, "steps": 30},
        {"kernel": torch.tensor([[0.0, 2.0], [-1.0, 0.5], [3.0, 1.0]]), "image": torch.randn(20, 31)},
        {"image": torch.zeros(9, 9), "target": "sharpen"},
    ],
    figures=[Moved({"size": 16, "steps": 20}, ("kernel", 5))],
    refused=[
        ({"target": "mix"}, ValueError, "'vertical edges'"),
        ({"kernel": 8}, ValueError, "kernel=8 cannot be shown here: take 1 to 7"),
        ({"kernel": torch.rand(8, 8)}, ValueError, "up to 7 × 7"),
        ({"kernel": torch.rand(2, 3, 3)}, ValueError, "2 input channels, but the image has 1"),
        ({"stride": 4}, ValueError, "take 1 to 3"),
        ({"padding": "same"}, TypeError, "padding must be a whole number"),
        ({"optimizer": "RMSprop"}, ValueError, "'SGD', 'momentum', 'Adam'"),
        ({"rate": 0.5}, ValueError, "0.1, 0.3, 1.0"),
        ({"steps": 1001}, ValueError, "take 0 to 1000"),
        ({"image": "dog"}, ValueError, "'camera'"),
        ({"image": torch.rand(3, 9, 9)}, ValueError, "a grey one"),
        ({"image": torch.rand(97, 9)}, ValueError, "96 × 96"),
        ({"kernal": 3}, TypeError, "kernal"),
    ],
    controls=Controls(
        {"size": 16, "steps": 50},
        {"target": "blur", "optimizer": "SGD", "rate": 0.1, "image": "cat", "size": 32, "kernel": 5},
    ),
    drag=Drag(
        {"size": 16, "steps": 20},
        [*(("kernel", value) for value in (5, 7, 1, 3)), ("stride", 2)],
        [("steps", value) for value in range(20, 26)],
        {"kernel": 3, "stride": 2, "steps": 25},
    ),
    global_state=[Moved({"size": 16, "steps": 10}, ("stride", 2))],
    follows=[
        Follow({"size": 16}, [("steps", 0)], words="range(0)"),
        Follow({"size": 16}, [("optimizer", "momentum")], words="momentum=0.9"),
        Follow({"kernel": torch.ones(2, 3)}, [], disabled={"kernel", "target"}),
        Follow({"image": torch.rand(9, 9)}, [], disabled={"image", "size"}),
    ],
    guesses=[
        ({"kernel": 5}, (25,), True, "Right"),
        ({"kernel": 5}, (26,), False, "no bias to be learned"),
        ({"size": 16}, (256,), False, "shares its weights"),
    ],
    predictions=[
        Prediction(
            {"size": 16},
            secrets=["What was learned"],
            guess=["10"],
            feedback=["Not quite: you said 10.", "no bias to be learned"],
            kept=("steps", 20),
            asked_again=("kernel", 5),
        )
    ],
)
