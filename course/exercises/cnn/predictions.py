"""The predictions of lesson 08, in the order of its notebook."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from course import images
from course.checking.prediction import Prediction
from course.exercises.cnn.networks import residual_shapes
from course.language import N_
from course.training.epochs import accuracy, loader, train_epoch


def _strided_rows() -> int:
    return int(nn.Conv2d(3, 8, 5, stride=2, padding=2)(torch.zeros(1, 3, 33, 33)).shape[2])


strided_rows = Prediction(
    "strided-rows",
    N_("A photo of 33 × 33 goes through `nn.Conv2d(3, 8, 5, stride=2, padding=2)`. How many rows does each map have?"),
    _strided_rows,
    N_("(33 + 2 · 2 − 5) / 2 + 1 = 17. With a padding of half the kernel, a stride of 2 halves the rows, rounded up."),
    {
        N_("The padding has two sides, 33 + 4 − 5, and 1 is added after the division: 32 / 2 + 1."): 16,
        N_("That would be a stride of 1."): 33,
    },
)


def _which_switch() -> str:
    torch.manual_seed(0)
    model, x = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4)), torch.randn(2, 1, 8, 8)
    plain = model(x)
    with torch.no_grad():
        by_no_grad = not torch.allclose(plain, model(x))
    by_eval = not torch.allclose(plain, model.eval()(x))
    return {(True, True): "both", (True, False): "model.eval()", (False, True): "torch.no_grad()"}.get(
        (by_eval, by_no_grad), "neither"
    )


which_switch = Prediction(
    "which-switch",
    N_("A network with BatchNorm is asked about two images. Which of these two changes its answers?"),
    _which_switch,
    N_(
        "In evaluation mode BatchNorm takes its running statistics in place of the batch's own. `no_grad` changes what is "
        "remembered for the backward pass, and no answer."
    ),
    {
        N_("`no_grad` only keeps autograd from taking notes: the numbers are the same."): "torch.no_grad()",
        N_("One of them does. `no_grad` only keeps autograd from taking notes."): "both",
    },
    choices=("model.eval()", "torch.no_grad()", "both", "neither"),
)

new_head = Prediction(
    "new-head",
    N_(
        "SimpleCNN for seven classes has about 95,000 parameters. A new linear layer for three classes takes the place of its last one. "
        "How many parameters are left to learn, when only that layer learns?"
    ),
    lambda: sum(parameter.numel() for parameter in nn.Linear(128, 3).parameters()),
    N_("128 · 3 weights and 3 biases: 387. So few numbers can be learned from a few pictures."),
    {N_("Three biases come on top of the weights."): 128 * 3, N_("Three classes, not seven."): 128 * 7 + 7},
)


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


def _moved_by_three() -> str:
    """What a network with a flatten makes of digits that were moved, after a short training on digits that were not."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(8 * 7 * 7, 10)
    )
    digits, labels = images.mnist("train")
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _epoch in range(2):
        train_epoch(model, loader(digits[:2000], labels[:2000]), optimizer)
    digits, labels = images.mnist("test")
    moved = F.pad(digits[:500], (3, 0))[..., :28]
    there, away = (accuracy(model, [(some, labels[:500])]) for some in (digits[:500], moved))
    return "as many as before" if away > there - 0.05 else "clearly fewer" if away > 0.2 else "one in ten"


moved_by_three = Prediction(
    "moved-by-three",
    N_(
        "A network of convolutions, poolings, a flatten and a linear layer is right on about nine of ten new digits. Now each digit is "
        "moved three pixels to the right, where nearly all of them have room. How many are right?"
    ),
    _moved_by_three,
    N_(
        "A convolution does not care where a digit is. The linear layer behind a flatten does: it has learned a weight for each place."
    ),
    {
        N_("The convolutions see the same digit, three pixels further on. What does the flatten do with that?"): (
            "as many as before"
        ),
    },
    choices=("as many as before", "clearly fewer", "one in ten"),
)
