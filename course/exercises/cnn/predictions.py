"""The predictions of lesson 08, in the order of its notebook."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from course.checking.prediction import Prediction
from course.exercises.cnn.networks import residual_shapes
from course.language import N_


def _pooled_thrice() -> int:
    maps = torch.zeros(1, 1, 28, 28)
    for _pooling in range(3):
        maps = F.max_pool2d(maps, 2)
    return maps.shape[-1]


third_pooling = Prediction(
    "third-pooling",
    N_("An image of 28 × 28 goes through three poolings of 2 × 2. How many rows are left?"),
    _pooled_thrice,
    N_("28 → 14 → 7 → 3. A window of 2 has 3 places in 7 rows with a stride of 2; the last row is dropped."),
    {
        N_("3.5 rounded up would be 4. Pooling rounds down, unless you say `ceil_mode=True`."): 4,
        N_("There are no half rows: the window must lie on real ones, so the last row is dropped."): 3.5,
        N_("7 rows are left after two poolings. There is a third one."): 7,
    },
)

rows_of_49 = Prediction(
    "rows-of-49",
    N_(
        "49 images have gone through the layers: maps of shape (49, 128, 3, 3). Somebody writes `maps.view(-1, 128 * 7 * 7)`. "
        "How many rows come out? (0: it raises an error)"
    ),
    lambda: torch.zeros(49, 128, 3, 3).view(-1, 128 * 7 * 7).shape[0],
    N_("49 · 128 · 3 · 3 numbers make just 9 rows of 128 · 7 · 7, so `view` has nothing to complain about."),
    {
        N_("For nearly every other batch it raises. But 49 · 9 numbers divide by 49."): 0,
        N_("That is the number of images. `-1` means: as many rows as the numbers make."): 49,
    },
)

heaviest_layer = Prediction(
    "heaviest-layer",
    N_("Which part of CNNWithResidual holds the most parameters?"),
    lambda: max(_parts(), key=lambda part: _parts()[part]),
    N_("1152 · 512 weights: two thirds of the whole network stand in the one layer that reads the flattened maps."),
    {
        N_(
            "Its kernels have many channels, but each is only 3 × 3. The first linear layer has a weight for each pair."
        ): ("the second block"),
    },
    choices=("the first block", "the second block", "the first linear layer", "the last linear layer"),
)


def _parts() -> dict[str, int]:
    """The parameters of each part of CNNWithResidual: weights, and as many biases as output channels."""
    parts = {
        "the first block": "block1",
        "the second block": "block2",
        "the first linear layer": "fc1",
        "the last linear layer": "fc2",
    }
    shapes = residual_shapes(10)
    return {
        words: sum(torch.Size(shape).numel() + shape[0] for role, shape in shapes.items() if role.startswith(part))
        for words, part in parts.items()
    }
